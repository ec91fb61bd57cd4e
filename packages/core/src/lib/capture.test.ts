import { describe, expect, it } from 'vitest';
import { stripe } from '../providers/stripe.ts';
import { parseCapture } from './capture.ts';
import { sign } from './sign.ts';
import { verify } from './verify.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (body: Uint8Array) => new TextDecoder().decode(body);
const http = (...lines: string[]) => lines.join('\r\n');
const BINARY = Uint8Array.from({ length: 256 }, (_, index) => index);

function refusal(source: unknown): string {
  try {
    parseCapture(source as string);
  } catch (error) {
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'invalid-capture', option: 'capture' });
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

describe('raw HTTP', () => {
  it('reads head and body, order and repeats kept', () => {
    expect(parseCapture(http('POST /hook?x=1 HTTP/1.1', 'Host: a', 'X-A:  1\t', 'x-a:2', '', '{"a":1}'))).toEqual({
      method: 'POST',
      url: '/hook?x=1',
      headers: [
        ['Host', 'a'],
        ['X-A', '1'],
        ['x-a', '2'],
      ],
      body: bytes('{"a":1}'),
    });
  });

  it('reads bare line feeds, and blank lines before the request line', () => {
    const capture = parseCapture('\n\r\n\nPOST / HTTP/1.1\nA: 1\n\nx\ny\r\n');
    expect(capture.headers).toEqual([['A', '1']]);
    expect(text(capture.body)).toBe('x\ny\r\n');
  });

  it('keeps every byte of a binary body, NUL, CR and LF among them', () => {
    const head = bytes('POST / HTTP/1.1\r\nA: 1\r\n\r\n');
    expect(Uint8Array.from(parseCapture(Buffer.concat([head, BINARY])).body)).toEqual(BINARY);
  });

  it('keeps bytes of its own: a source that is written over later changes no capture', () => {
    for (const lines of [['POST / HTTP/1.1'], ['POST / HTTP/1.1', 'Content-Length: 3']]) {
      const source = Buffer.from(http(...lines, '', 'abc'));
      const { body } = parseCapture(source);
      source.fill(0x78);
      expect(text(body)).toBe('abc');
    }
  });

  it('reads header values as one character a byte', () => {
    const source = Buffer.concat([bytes('POST / HTTP/1.1\r\nA: '), Uint8Array.of(0xe9, 0xff), bytes('\r\n\r\n')]);
    expect(parseCapture(source).headers).toEqual([['A', '\u00e9\u00ff']]);
  });

  it('reads text as UTF-8', () => {
    expect(parseCapture('POST / HTTP/1.1\n\né').body).toEqual(bytes('é'));
  });

  it('leaves out what follows the declared length, an editor’s last line end', () => {
    expect(text(parseCapture(http('POST / HTTP/1.1', 'content-LENGTH: 2', '', '{}\n')).body)).toBe('{}');
  });

  it('says of a cut body how much of it is there', () => {
    const message = refusal(http('POST / HTTP/1.1', 'Content-Length: 9', '', '{}'));
    expect(message).toMatch(/2 bytes.*9/);
    expect(refusal(http('POST / HTTP/1.1', 'Content-Length: two', '', '{}'))).toMatch(/not a number/);
  });

  it('undoes chunked coding: extensions, both line ends, trailers, bytes', () => {
    const chunked = (body: string) =>
      text(parseCapture(http('POST / HTTP/1.1', 'Transfer-Encoding: Chunked', '', body)).body);
    expect(chunked('3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n')).toBe('abc0123456789');
    expect(chunked('3\nabc\n00\n\n')).toBe('abc');
    expect(chunked('2\r\n\r\n\r\n0\r\n\r\n')).toBe('\r\n');
    expect(chunked('0\r\n\r\n')).toBe('');
  });

  it.each([
    '',
    '3\r\nab',
    '3\r\nabcd\r\n0\r\n\r\n',
    'x\r\nabc',
    '-1\r\n',
    '3\r\nabc\r\n',
    'fffffffff\r\n',
    '3\r\nabc0\r\n',
  ])('refuses the damaged chunks %j', (body) => {
    expect(refusal(http('POST / HTTP/1.1', 'Transfer-Encoding: chunked', '', body))).toMatch(/cut or damaged/);
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \r\n\t'],
    ['no blank line', 'POST / HTTP/1.1\r\nA: 1\r\n'],
    ['only a body', 'id=1&x=2'],
    ['no request line', 'A: 1\r\n\r\n{}'],
    ['a response', 'HTTP/1.1 200 OK\r\n\r\n{}'],
    ['a curl command', "curl -X POST 'http://x' \r\n\r\n"],
    ['a header without a colon', 'POST / HTTP/1.1\r\nA\r\n\r\n'],
    ['a header without a name', 'POST / HTTP/1.1\r\n: 1\r\n\r\n'],
    ['a space before the colon', 'POST / HTTP/1.1\r\nA : 1\r\n\r\n'],
    ['a folded header', 'POST / HTTP/1.1\r\nA: 1\r\n 2\r\n\r\n'],
  ])('refuses %s', (_, source) => {
    refusal(source);
  });

  it.each([[undefined], [null], [7], [{}], [['POST']], [new ArrayBuffer(4)]])('refuses %o as a capture', (source) => {
    refusal(source);
  });
});

describe('JSON', () => {
  it.each([
    [
      'an object',
      { 'X-A': '1', 'x-b': ['2', '3'] },
      [
        ['X-A', '1'],
        ['x-b', '2'],
        ['x-b', '3'],
      ],
    ],
    [
      'pairs',
      [
        ['X-A', '1'],
        ['x-a', '2'],
      ],
      [
        ['X-A', '1'],
        ['x-a', '2'],
      ],
    ],
    [
      'HAR entries',
      [
        { name: 'X-A', value: '1' },
        { name: 'x-a', value: '2' },
      ],
      [
        ['X-A', '1'],
        ['x-a', '2'],
      ],
    ],
  ])('reads headers as %s', (_, headers, expected) => {
    const capture = parseCapture(JSON.stringify({ headers, body: '' }));
    expect(capture.headers).toEqual(expected);
    expect(capture).toMatchObject({ method: 'POST', url: '/' });
  });

  it('reads the body as text, as base64, or as a repeat', () => {
    const body = (fields: object) => parseCapture(JSON.stringify({ headers: {}, ...fields })).body;
    expect(body({ body: '{"a":"é"}' })).toEqual(bytes('{"a":"é"}'));
    expect(body({ bodyBase64: Buffer.from(BINARY).toString('base64') })).toEqual(BINARY);
    expect(body({ body: { repeat: { base64: 'YWI=', count: 3 } } })).toEqual(bytes('ababab'));
    expect(body({ body: '' })).toEqual(new Uint8Array());
  });

  it('reads it under request, with the moment of arrival within or beside', () => {
    const request = { method: 'PUT', url: '/x', headers: {}, body: 'b' };
    const at = '2026-01-01T00:00:00.000Z';
    expect(parseCapture(JSON.stringify({ request, receivedAt: at }))).toMatchObject({
      method: 'PUT',
      url: '/x',
      receivedAt: new Date(at),
    });
    expect(parseCapture(JSON.stringify({ request: { ...request, receivedAt: at } })).receivedAt).toEqual(new Date(at));
    expect(parseCapture(` \n${JSON.stringify({ request })}`).receivedAt).toBeUndefined();
  });

  it.each([
    ['a parsed body', { headers: {}, body: { id: 'evt_1', amount: 25 } }, /parsed/],
    ['a parsed list', { headers: {}, body: [1] }, /parsed/],
    ['a body that is a number', { headers: {}, body: 7 }, /parsed/],
    ['a body that is null', { headers: {}, body: null }, /parsed/],
    ['no body', { headers: {} }, /neither/],
    ['base64 that is none', { headers: {}, bodyBase64: 'e30' }, /base64/],
    ['base64 that is no text', { headers: {}, bodyBase64: 7 }, /not text/],
    ['no headers', { body: '' }, /headers/],
    ['headers that are text', { headers: 'A: 1', body: '' }, /headers/],
    ['a header value that is no text', { headers: { a: 1 }, body: '' }, /not text/],
    ['a header pair that is none', { headers: [['a']], body: '' }, /not text/],
    ['a header that is no pair', { headers: ['a: 1'], body: '' }, /not an object/],
    ['a method that is no text', { method: 7, headers: {}, body: '' }, /method/],
    ['a request that is none', { request: 'x' }, /request/],
    ['an unreadable date', { headers: {}, body: '', receivedAt: 'yesterday' }, /receivedAt/],
    ['a date that is a number', { headers: {}, body: '', receivedAt: 1_767_225_600 }, /receivedAt/],
    ['a repeat without end', { headers: {}, body: { repeat: { base64: 'YWI=', count: 1e12 } } }, /256 MiB/],
    ['a negative repeat', { headers: {}, body: { repeat: { base64: 'YWI=', count: -1 } } }, /256 MiB/],
  ])('refuses %s', (_, value, message) => {
    expect(refusal(JSON.stringify(value))).toMatch(message);
  });

  it('refuses broken JSON without repeating it', () => {
    expect(refusal('{"headers": {"x-secret": "hunter2"}')).not.toContain('hunter2');
  });

  it('writes no prototype from a header called __proto__', () => {
    const capture = parseCapture('{"headers":{"__proto__":"1"},"body":""}');
    expect(capture.headers).toEqual([['__proto__', '1']]);
    expect(({} as Record<string, unknown>)[0]).toBeUndefined();
  });
});

it('verifies a delivery from each form, byte for byte', async () => {
  const provider = stripe();
  const secret = 'test-secret-for-unit-tests-only';
  const body = Buffer.concat([bytes('{"amount":25.00}\r\n'), BINARY]);
  const headers = await sign(provider, { secret, body, timestamp: 1_767_225_600 });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = bytes(http('POST / HTTP/1.1', ...lines, `content-length: ${body.byteLength}`, '', ''));
  for (const source of [
    Buffer.concat([head, body]),
    JSON.stringify({ headers, bodyBase64: body.toString('base64') }),
    JSON.stringify({ request: { headers: Object.entries(headers), bodyBase64: body.toString('base64') } }),
  ])
    expect(await verify(parseCapture(source), { provider, secrets: secret, now: 'signed-time' })).toMatchObject({
      outcome: 'accepted',
    });
});

describe('the work of reading a capture', () => {
  it('does not count to the end of a repeat that repeats nothing', () => {
    const capture = parseCapture('{"headers":{},"body":{"repeat":{"base64":"","count":9007199254740991}}}');
    expect(capture.body.byteLength).toBe(0);
  });

  it.each([1, 2, 3, 5, 8])('repeats a unit %i times exactly', (count) => {
    const { body } = parseCapture(`{"headers":{},"body":{"repeat":{"base64":"YWJj","count":${count}}}}`);
    expect(new TextDecoder().decode(body)).toBe('abc'.repeat(count));
  });

  it('reads a header value of 64 KiB of inner blanks in linear time', () => {
    const source = `POST / HTTP/1.1\r\nA: x${' '.repeat(65_536)}y\r\n\r\n`;
    const began = performance.now();
    parseCapture(source);
    // It took seconds while the time grew with the square of the length.
    expect(performance.now() - began).toBeLessThan(500);
  });
});
