import { ACCEPTED, type CaseScript, refused } from '../adapter-case.ts';
import { chunk, head, LAST_CHUNK, type Line, type Lines, request } from '../raw-caller.ts';
import type { Stage } from '../stage.ts';
import { JSON_BODY } from './bodies.ts';

const CHUNKED: Lines[number] = ['Transfer-Encoding', 'chunked'];
const lengthOf = (bytes: number): Lines[number] => ['Content-Length', String(bytes)];

/** The limit of the cases that run into it, bytes. */
const LIMIT = 1_000;

/** A delivery that never came whole: whoever sends it again must find its claim free. */
const FREE_AFTERWARDS = { ...ACCEPTED, verdicts: ['body-incomplete', 'accepted'] };

/** How long a body is, how long it says it is, and how long it takes. */
export const LENGTH_CASES: readonly CaseScript[] = [
  {
    id: 'limit-reached',
    title: 'accepts a body of exactly the limit',
    options: { maxBodyBytes: LIMIT },
    expects: ACCEPTED,
    async play(stage) {
      const { lines, body } = await stage.sign('x'.repeat(LIMIT));
      await stage.send(request(lines, body));
    },
  },
  {
    id: 'limit-declared',
    title: 'refuses a body that declares more than the limit before any of it was sent',
    options: { maxBodyBytes: LIMIT },
    expects: refused(413, 'body-too-large'),
    async play(stage) {
      const { lines } = await stage.sign('x'.repeat(LIMIT + 1));
      await stage.send(head([lengthOf(LIMIT + 1), ...lines]));
    },
  },
  {
    id: 'limit-chunked',
    title: 'refuses a chunked body when it is over the limit, without waiting for its end, and closes the connection',
    options: { maxBodyBytes: LIMIT },
    expects: { ...refused(413, 'body-too-large'), closed: true },
    async play(stage) {
      const { lines, body } = await stage.sign('x'.repeat(2 * LIMIT));
      const line = await stage.dial();
      line.write(head([CHUNKED, ...lines]));
      line.write(chunk(body));
      await stage.answer(line);
      await seeClosed(stage, line);
    },
  },
  {
    id: 'upload-refused',
    title:
      'answers an upload of unknown length whose head it refuses while it is being sent, and closes the connection',
    expects: { ...refused(401, 'missing-signature'), closed: true },
    async play(stage) {
      const line = await stage.dial();
      line.write(head([CHUNKED]));
      const timer = setInterval(() => line.write(chunk(Buffer.alloc(1_024))), 20);
      await stage.answer(line);
      await seeClosed(stage, line);
      clearInterval(timer);
    },
  },
  {
    id: 'length-too-large',
    title: 'does not run or claim a delivery that ends before its declared length',
    expects: { ...FREE_AFTERWARDS, acknowledged: false },
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      const line = await stage.dial();
      line.write(head([lengthOf(body.byteLength + 100), ...lines]));
      line.write(body);
      line.end();
      await stage.soon(() => stage.verdicts.length > 0);
      await stage.send(request(lines, body));
      stage.see({ acknowledged: line.received().startsWith('HTTP/1.1 2') });
    },
  },
  {
    id: 'length-too-small',
    title: 'judges only the declared bytes, so a signature over all that was sent is refused',
    expects: { ...refused(401, 'bad-signature'), bodies: 'no run' },
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      const line = await stage.dial();
      line.write(head([lengthOf(body.byteLength - 4), ...lines]));
      line.write(body.subarray(0, -4));
      await stage.answer(line);
      line.write(body.subarray(-4));
      await stage.soon(line.closed);
    },
  },
  {
    id: 'length-then-more',
    title: 'hands on only the declared bytes, and takes what follows them for no delivery',
    expects: { ...ACCEPTED, acknowledged: 1 },
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      const line = await stage.dial();
      line.write(request(lines, body));
      await stage.answer(line);
      line.write('and more\r\n\r\n');
      await stage.soon(line.closed);
      stage.see({ acknowledged: line.received().match(/HTTP\/1\.1 2\d\d/g)?.length });
    },
  },
  {
    id: 'lengths-conflict',
    title: 'never accepts a delivery with two lengths',
    expects: { runs: [], acknowledged: false },
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      await seeRefused(stage, [lengthOf(body.byteLength), lengthOf(body.byteLength + 5), ...lines], body);
    },
  },
  {
    id: 'length-and-chunked',
    title: 'never accepts a delivery with a length and a Transfer-Encoding',
    expects: { runs: [], acknowledged: false },
    async play(stage) {
      const { lines, body } = await stage.sign(JSON_BODY);
      const framed = Buffer.concat([chunk(body), Buffer.from(LAST_CHUNK)]);
      await seeRefused(stage, [lengthOf(body.byteLength), CHUNKED, ...lines], framed);
    },
  },
  {
    id: 'slow-body',
    title:
      'answers 408 to a body that is not there at its deadline, though bytes keep coming, and closes the connection',
    options: { bodyTimeoutMs: 300 },
    expects: { ...refused(408, 'body-timeout'), closed: true },
    async play(stage) {
      const { lines, body } = await stage.sign('x'.repeat(10_000));
      const line = await stage.dial();
      line.write(head([lengthOf(body.byteLength), ...lines]));
      const timer = setInterval(() => line.write('x'), 20);
      await stage.answer(line);
      await seeClosed(stage, line);
      clearInterval(timer);
    },
  },
  {
    id: 'held-bytes',
    title: 'answers 503 to a body beyond the bytes it may hold, and accepts again when they are free',
    options: { maxBodyBytes: 100_000, maxHeldBytes: 100_000 },
    expects: {
      ...ACCEPTED,
      answers: [401, 503, 200],
      verdicts: ['missing-signature', 'overloaded', 'body-incomplete', 'accepted'],
      retryAfter: true,
    },
    async play(stage) {
      const { lines, body } = await stage.sign('x'.repeat(80_000));
      const first = await stage.dial();
      first.write(head([lengthOf(body.byteLength), ...lines]));
      first.write(body.subarray(0, 60_000));
      // What was sent before this is read when this is answered.
      await stage.send(request([], new Uint8Array()));
      const answer = await stage.send(request(lines, body));
      stage.see({ retryAfter: Number(answer?.headers['retry-after']) > 0 });
      first.hangUp();
      await stage.soon(() => stage.verdicts.length > 2);
      await stage.send(request(lines, body));
    },
  },
];

async function seeClosed(stage: Stage, line: Line): Promise<void> {
  await stage.soon(line.closed);
  stage.see({ closed: line.closed() });
}

/** Sends what a server may refuse before any guard sees it. */
async function seeRefused(stage: Stage, lines: Lines, body: Uint8Array): Promise<void> {
  const line = await stage.dial();
  line.write(head(lines));
  line.write(body);
  await line.answer();
  stage.see({ acknowledged: line.received().startsWith('HTTP/1.1 2') });
}
