import { gzipSync } from 'node:zlib';
import { ACCEPTED, type CaseScript, refused } from '../adapter-case.ts';
import { chunk, head, LAST_CHUNK, type Lines, request } from '../raw-caller.ts';

/** An ordinary body. Its last letters are two bytes each in UTF-8. */
export const JSON_BODY = '{"event_type":"payment.paid","amount":25.00,"payer":"Zoë Ödegård"}';

const CHUNKED: Lines[number] = ['Transfer-Encoding', 'chunked'];

const TYPES: readonly (readonly [id: string, title: string, type: string | undefined])[] = [
  ['type-text', 'accepts any bytes as text/plain', 'text/plain'],
  ['type-xml', 'accepts any bytes as application/xml', 'application/xml'],
  ['type-charset', 'accepts JSON that claims another charset, and decodes nothing', 'application/json; charset=utf-16'],
  ['type-absent', 'accepts a delivery without a Content-Type', undefined],
  ['type-nonsense', 'accepts a delivery whose Content-Type is nonsense', 'nonsense;;=\t"'],
  ['type-multipart', 'accepts a delivery that calls itself multipart and is not', 'multipart/form-data; boundary=none'],
];

/** Bodies of every kind: the bytes that are judged, and that the handler gets, are those on the wire. */
export const BODY_CASES: readonly CaseScript[] = [
  {
    id: 'chunked',
    title: 'accepts a chunked body',
    expects: ACCEPTED,
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      const chunks = [body.subarray(0, 5), body.subarray(5, 40), body.subarray(40)].map(chunk);
      await stage.send(Buffer.concat([Buffer.from(head([CHUNKED, ...lines])), ...chunks, Buffer.from(LAST_CHUNK)]));
    },
  },
  {
    id: 'chunks-tiny',
    title: 'accepts a body of 16 KiB in chunks of one byte',
    expects: ACCEPTED,
    async play(stage) {
      const { lines, body } = await stage.sign('0123456789abcdef'.repeat(1024));
      const chunks = Array.from(body, (byte) => chunk(Uint8Array.of(byte)));
      await stage.send(Buffer.concat([Buffer.from(head([CHUNKED, ...lines])), ...chunks, Buffer.from(LAST_CHUNK)]));
    },
  },
  {
    id: 'split-character',
    title: 'accepts a body that comes in packets, cut inside a character',
    expects: ACCEPTED,
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      const cut = Buffer.from(body).indexOf('ë') + 1;
      const line = await stage.dial();
      await line.writeApart([
        head([['Content-Type', 'application/json'], ['Content-Length', String(body.byteLength)], ...lines]),
        body.subarray(0, cut),
        body.subarray(cut, cut + 1),
        body.subarray(cut + 1),
      ]);
      await stage.answer(line);
    },
  },
  {
    id: 'not-utf8',
    title: 'accepts a body that is not UTF-8, and changes none of its bytes',
    expects: ACCEPTED,
    async play(stage) {
      const { lines, body } = await stage.sign(Uint8Array.from({ length: 256 }, (_, byte) => byte));
      await stage.send(request([['Content-Type', 'application/json'], ...lines], body));
    },
  },
  {
    id: 'byte-order-mark',
    title: 'accepts a body that begins with a byte order mark, and keeps the mark',
    expects: ACCEPTED,
    async play(stage) {
      const { lines, body } = await stage.sign(`\ufeff${JSON_BODY}\r\n`);
      await stage.send(request([['Content-Type', 'application/json; charset=utf-8'], ...lines], body));
    },
  },
  {
    id: 'empty',
    title: 'accepts an empty body',
    expects: ACCEPTED,
    async play(stage) {
      const { lines, body } = await stage.sign('');
      await stage.send(request([['Content-Type', 'application/json'], ...lines], body));
    },
  },
  {
    id: 'empty-without-length',
    title: 'accepts an empty body without a Content-Length',
    expects: ACCEPTED,
    async play(stage) {
      const { lines } = await stage.sign('');
      await stage.send(head(lines));
    },
  },
  ...TYPES.map(
    ([id, title, type]): CaseScript => ({
      id,
      title,
      expects: ACCEPTED,
      async play(stage) {
        const { lines, body } = await stage.sign(JSON_BODY);
        await stage.send(request(type === undefined ? lines : [['Content-Type', type], ...lines], body));
      },
    }),
  ),
  {
    id: 'form',
    title: 'accepts a form, whose bytes are as sent and whose fields can be read',
    handler: (delivery, stage) => {
      stage.see({ field: delivery.form().get('text') });
      return undefined;
    },
    expects: { ...ACCEPTED, field: 'paid & done' },
    async play(stage) {
      const { lines, body } = await stage.sign('command=%2Fpay&text=paid+%26+done&user_name=Zo%C3%AB&empty=');
      await stage.send(request([['Content-Type', 'application/x-www-form-urlencoded'], ...lines], body));
    },
  },
  {
    id: 'gzip',
    title: 'judges a compressed body by the bytes on the wire, and hands on those',
    expects: ACCEPTED,
    async play(stage) {
      const { lines, body } = await stage.sign(gzipSync(JSON_BODY));
      await stage.send(request([['Content-Type', 'application/json'], ['Content-Encoding', 'gzip'], ...lines], body));
    },
  },
  {
    id: 'gzip-inflated',
    title: 'refuses a compressed body that was signed before it was compressed',
    expects: refused(401, 'bad-signature'),
    async play(stage) {
      const { lines } = await stage.sign(JSON_BODY);
      await stage.send(request([['Content-Encoding', 'gzip'], ...lines], gzipSync(JSON_BODY)));
    },
  },
  {
    id: 'spoilt-parsed',
    title: 'answers 500 at once when a parser took the body before the guard',
    spoilt: 'parsed',
    expects: refused(500, 'misconfigured'),
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      await stage.send(request([['Content-Type', 'application/json'], ...lines], body));
    },
  },
  {
    id: 'spoilt-inflated',
    title: 'answers 500 at once when something inflated the body before the guard',
    spoilt: 'inflated',
    expects: refused(500, 'misconfigured'),
    async play(stage) {
      const { lines, body } = await stage.sign(gzipSync(JSON_BODY));
      await stage.send(request([['Content-Type', 'application/json'], ['Content-Encoding', 'gzip'], ...lines], body));
    },
  },
  {
    id: 'spoilt-consumed',
    title: 'answers 500 at once when something read the body before the guard and kept nothing',
    spoilt: 'consumed',
    expects: refused(500, 'misconfigured'),
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      await stage.send(request([['Content-Type', 'application/json'], ...lines], body));
    },
  },
];
