import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { PATH, until } from './rig.ts';

/** One HTTP answer, as it stood on the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A caller's end of a connection. */
export interface Line {
  readonly socket: Socket;
  /** Everything that has come so far, as latin1 text. */
  readonly received: () => string;
  /** True once the other side has closed, by FIN or by reset. */
  readonly closed: () => boolean;
  readonly write: (bytes: string | Uint8Array) => void;
  /** Waits for the given number of whole answers, and gives them. */
  readonly answers: (count: number, deadlineMs?: number) => Promise<readonly WireAnswer[]>;
  readonly answer: (deadlineMs?: number) => Promise<WireAnswer>;
  readonly hangUp: () => void;
}

/** Opens a raw connection. Resets are part of what is tested here, so they are noted and not thrown. */
export async function dial(port: number): Promise<Line> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  let closed = false;
  socket.setNoDelay(true);
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.on('end', () => {
    closed = true;
  });
  socket.on('close', () => {
    closed = true;
  });
  await once(socket, 'connect');

  async function answers(count: number, deadlineMs?: number): Promise<readonly WireAnswer[]> {
    const enough = () => parseAnswers(received).length >= count;
    await until(() => enough() || closed, `${count} answers came`, deadlineMs);
    const whole = parseAnswers(received);
    if (whole.length < count)
      throw new Error(`The connection closed after ${whole.length} of ${count} answers: ${JSON.stringify(received)}`);
    return whole;
  }
  return {
    socket,
    received: () => received,
    closed: () => closed,
    write: (bytes) => void socket.write(bytes),
    answers,
    async answer(deadlineMs) {
      const [first] = await answers(1, deadlineMs);
      if (first === undefined) throw new Error('There is no answer.');
      return first;
    },
    hangUp: () => void socket.destroy(),
  };
}

/** Header lines in order: repeats are possible, unlike in an object. */
export type Lines = readonly (readonly [name: string, value: string])[];

/** The head of a request. */
export function head(lines: Lines, method = 'POST', path = PATH): string {
  return `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

/** The head of a JSON delivery with a length. */
export function jsonHead(headers: Readonly<Record<string, string>>, length: number, more: Lines = []): string {
  return head([
    ['Content-Type', 'application/json'],
    ['Content-Length', String(length)],
    ...Object.entries(headers),
    ...more,
  ]);
}

/** A whole JSON delivery, as bytes. */
export function delivery(
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
  more: Lines = [],
): Uint8Array {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from(jsonHead(headers, bytes.byteLength, more), 'latin1'), bytes]);
}

/** One chunk of a chunked body. */
export function chunk(bytes: string | Uint8Array): Uint8Array {
  const data = Buffer.from(bytes);
  return Buffer.concat([Buffer.from(`${data.byteLength.toString(16)}\r\n`), data, Buffer.from('\r\n')]);
}

export const LAST_CHUNK = '0\r\n\r\n';

/** Sends one request on a connection of its own, and gives its answer. */
export async function send(port: number, bytes: string | Uint8Array): Promise<WireAnswer> {
  const line = await dial(port);
  try {
    line.write(bytes);
    return await line.answer();
  } finally {
    line.hangUp();
  }
}

/** The whole answers at the start of some text; interim ones (100 Continue) are passed over. */
function parseAnswers(text: string): WireAnswer[] {
  const answers: WireAnswer[] = [];
  for (let rest = text; ; ) {
    const headEnd = rest.indexOf('\r\n\r\n');
    if (headEnd < 0) return answers;
    const [statusLine = '', ...lines] = rest.slice(0, headEnd).split('\r\n');
    const status = Number(statusLine.split(' ')[1]);
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
    rest = rest.slice(headEnd + 4);
    if (status < 200) continue;
    const body = headers['transfer-encoding'] === 'chunked' ? readChunks(rest) : readLength(rest, headers, status);
    if (body === undefined) return answers;
    answers.push({ status, headers, body: body.text });
    rest = rest.slice(body.size);
  }
}

function readLength(
  text: string,
  headers: Readonly<Record<string, string>>,
  status: number,
): { readonly text: string; readonly size: number } | undefined {
  const length = status === 204 || status === 304 ? 0 : Number(headers['content-length'] ?? 0);
  return text.length < length ? undefined : { text: text.slice(0, length), size: length };
}

function readChunks(text: string): { readonly text: string; readonly size: number } | undefined {
  let body = '';
  for (let at = 0; ; ) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(text.slice(at, lineEnd), 16);
    at = lineEnd + 2;
    if (text.length < at + size + 2) return undefined;
    body += text.slice(at, at + size);
    at += size + 2;
    if (size === 0) return { text: body, size: at };
  }
}
