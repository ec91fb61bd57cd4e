import { connect } from 'node:net';

/** A request, as bytes on a wire: nothing is added to it, corrected or joined, so that repeated and odd headers arrive as they are written here. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  /** Sends the body in chunks and without its length. */
  readonly chunked?: boolean;
}

/** What the caller saw. */
export interface RawAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const DEADLINE_MS = 8_000;
const CHUNK_BYTES = 65_536;

/**
 * Sends one request to a loopback port, over a TCP connection of its own, and reads the answer.
 *
 * An answer counts also when the connection breaks while the request is still being sent: that is how a server refuses an upload.
 *
 * @throws when the connection cannot be made, or no whole answer has come after 8 seconds
 */
export function sendRaw(port: number, request: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const received: Buffer[] = [];
    const settle = (error: Error) => {
      clearTimeout(timer);
      socket.destroy();
      const answer = parseAnswer(Buffer.concat(received));
      if (answer === undefined) reject(error);
      else resolve(answer);
    };
    const timer = setTimeout(() => settle(new Error('no whole answer within 8 seconds')), DEADLINE_MS);
    socket.on('data', (bytes) => {
      received.push(bytes);
      if (parseAnswer(Buffer.concat(received)) !== undefined) settle(new Error('answered'));
    });
    socket.on('error', settle);
    socket.on('close', () => settle(new Error('the connection closed without an answer')));
    socket.on('connect', () => {
      socket.write(headBytes(request));
      for (const bytes of bodyBytes(request)) socket.write(bytes);
    });
  });
}

function headBytes({ method, path, headers, body, chunked }: RawRequest): Buffer {
  const length = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.byteLength}`;
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: shop.example.test',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    length,
    'Connection: close',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

function* bodyBytes({ body, chunked }: RawRequest): Generator<Uint8Array | string> {
  if (!chunked) {
    yield body;
    return;
  }
  for (let at = 0; at < body.byteLength; at += CHUNK_BYTES) {
    const chunk = body.subarray(at, at + CHUNK_BYTES);
    yield `${chunk.byteLength.toString(16)}\r\n`;
    yield chunk;
    yield '\r\n';
  }
  yield '0\r\n\r\n';
}

/** The answer, once all of it is there; every answer of these servers states its length. */
function parseAnswer(bytes: Buffer): RawAnswer | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const length = Number(headers['content-length'] ?? '0');
  const body = bytes.subarray(end + 4);
  if (body.byteLength < length) return undefined;
  return { status: Number(statusLine.split(' ')[1]), headers, body: body.subarray(0, length).toString('utf8') };
}
