import { ConfigurationError } from './errors.ts';
import { decodeBase64 } from './scheme/encoding.ts';
import { trimBlanks } from './scheme/header-reader.ts';
import type { Capture } from './types.ts';

const CR = 0x0d;
const LF = 0x0a;

/**
 * Reads a captured request: raw HTTP/1.1 (as bytes or text), or JSON.
 *
 * JSON is `{ method?, url?, headers, body | bodyBase64, receivedAt? }`, or that under `request`. `headers` is an object, a list of
 * `[name, value]`, or a list of `{ name, value }`; `body` is text. A body that was parsed is refused: its bytes are gone.
 * Give raw HTTP as bytes where you can: text that passed through an editor may have lost bytes that were signed.
 *
 * @throws ConfigurationError `invalid-capture`, saying what is wrong
 */
export function parseCapture(source: string | Uint8Array): Capture {
  const bytes = typeof source === 'string' ? new TextEncoder().encode(source) : source;
  if (!(bytes instanceof Uint8Array)) throw invalid('give the capture as text or bytes.');
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== CR && byte !== LF);
  if (first === undefined) throw invalid('it is empty.');
  return first === 0x7b ? fromJson(bytes) : fromHttp(bytes);
}

function fromHttp(bytes: Uint8Array): Capture {
  const lines: string[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf(LF, at);
    if (end < 0)
      throw invalid('the blank line after the headers is missing: give the whole request, headers, blank line, body.');
    const line = latin1(bytes.subarray(at, end > at && bytes[end - 1] === CR ? end - 1 : end));
    at = end + 1;
    // Blank lines before the request line are allowed (RFC 9112 §2.2).
    if (line === '' && lines.length === 0) continue;
    if (line === '') break;
    lines.push(line);
  }
  const [requestLine = '', ...headerLines] = lines;
  const request = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+)(?: HTTP\/\d(?:\.\d)?)?$/.exec(requestLine);
  if (request === null) throw invalid('the first line is not a request line such as "POST /webhooks HTTP/1.1".');
  const headers = headerLines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    if (colon < 1 || /\s/.test(line.slice(0, colon))) throw invalid('a header line is not "name: value".');
    return [line.slice(0, colon), trimBlanks(line.slice(colon + 1))];
  });
  return { method: request[1] ?? '', url: request[2] ?? '', headers, body: bodyOf(bytes.subarray(at), headers) };
}

function bodyOf(rest: Uint8Array, headers: readonly (readonly [string, string])[]): Uint8Array {
  const header = (name: string) => headers.find(([headerName]) => headerName.toLowerCase() === name)?.[1];
  if (header('transfer-encoding')?.toLowerCase() === 'chunked') return dechunk(rest);
  const declared = header('content-length');
  // A copy, always: `slice` of a Buffer shares its bytes.
  if (declared === undefined) return new Uint8Array(rest);
  if (!/^\d{1,15}$/.test(declared)) throw invalid('Content-Length is not a number.');
  const length = Number(declared);
  if (rest.byteLength < length)
    throw invalid(
      `the body has ${rest.byteLength} bytes where Content-Length says ${length}: the capture was cut, or its line ends were changed.`,
    );
  // What follows the declared length (an editor's final line end) was never part of the request.
  return new Uint8Array(rest.subarray(0, length));
}

/** Undoes chunked transfer coding (RFC 9112 §7.1), as far as captures need it. */
function dechunk(rest: Uint8Array): Uint8Array {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    const end = rest.indexOf(LF, at);
    const size = end < 0 ? null : /^([0-9A-Fa-f]{1,8})(?:[ \t]*;.*)?\r?$/.exec(latin1(rest.subarray(at, end)));
    if (size === null) throw invalid('the chunked body is cut or damaged.');
    const length = Number.parseInt(size[1] ?? '', 16);
    if (length === 0) return concat(chunks);
    const chunk = rest.subarray(end + 1, end + 1 + length);
    if (chunk.byteLength < length) throw invalid('the chunked body is cut or damaged.');
    chunks.push(chunk);
    at = end + 1 + length;
    if (rest[at] === CR) at++;
    if (rest[at] !== LF) throw invalid('the chunked body is cut or damaged.');
    at++;
  }
}

function fromJson(bytes: Uint8Array): Capture {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw invalid('it starts with "{" and is not JSON.');
  }
  const outer = record(parsed, 'the capture');
  const request = outer.request === undefined ? outer : record(outer.request, 'request');
  return {
    method: text(request.method ?? 'POST', 'method'),
    url: text(request.url ?? '/', 'url'),
    headers: headersOf(request.headers),
    body: jsonBody(request),
    receivedAt: moment(request.receivedAt ?? outer.receivedAt),
  };
}

function jsonBody(request: Record<string, unknown>): Uint8Array {
  const { body, bodyBase64 } = request;
  if (bodyBase64 !== undefined) return base64(bodyBase64, 'bodyBase64');
  if (body === undefined) throw invalid('there is neither body nor bodyBase64.');
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (typeof body === 'object' && body !== null && 'repeat' in body)
    return repeated(record(body.repeat, 'body.repeat'));
  throw invalid(
    'body is not text: it was parsed, and the bytes that were signed are gone. Capture the raw body, as bodyBase64.',
  );
}

/** A large body, described: `{ base64, count }`. */
function repeated({ base64: unit, count }: Record<string, unknown>): Uint8Array {
  const bytes = base64(unit, 'body.repeat.base64');
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0 || count * bytes.byteLength > 268_435_456)
    throw invalid('body.repeat.count is not a count of at most 256 MiB in all.');
  const body = new Uint8Array(bytes.byteLength * count);
  // By doubling: a unit of no byte, or of one, must not cost a step for each of its counts.
  if (body.byteLength > 0) body.set(bytes);
  for (let done = bytes.byteLength; done > 0 && done < body.byteLength; done *= 2) body.copyWithin(done, 0, done);
  return body;
}

function headersOf(headers: unknown): [string, string][] {
  if (Array.isArray(headers)) {
    return headers.map((line: unknown): [string, string] => {
      if (Array.isArray(line)) return [text(line[0], 'a header name'), text(line[1], 'a header value')];
      const { name, value } = record(line, 'a header');
      return [text(name, 'a header name'), text(value, 'a header value')];
    });
  }
  return Object.entries(record(headers, 'headers')).flatMap(([name, value]) => {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.map((one): [string, string] => [name, text(one, `the header ${name}`)]);
  });
}

function moment(value: unknown): Date | undefined {
  if (value === undefined || value === null) return undefined;
  const date = new Date(text(value, 'receivedAt'));
  if (Number.isNaN(date.getTime())) throw invalid('receivedAt is not an ISO 8601 date.');
  return date;
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${what} is not an object.`);
  return value as Record<string, unknown>;
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw invalid(`${what} is not text.`);
  return value;
}

function base64(value: unknown, what: string): Uint8Array {
  const bytes = decodeBase64(text(value, what));
  if (bytes === undefined) throw invalid(`${what} is not padded base64.`);
  return bytes;
}

function latin1(bytes: Uint8Array): string {
  let result = '';
  for (const byte of bytes) result += String.fromCharCode(byte);
  return result;
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

function invalid(message: string): ConfigurationError {
  return new ConfigurationError('invalid-capture', 'capture', message);
}
