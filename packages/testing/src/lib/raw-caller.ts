import { once } from 'node:events';
import { connect } from 'node:net';

/** One HTTP answer, as it stood on the wire. Header names are in lower case. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A caller's end of a connection. */
export interface Line {
  /** Everything that has come so far, as latin1 text. */
  received(): string;
  /** True once the other side has closed, by FIN or by reset. */
  closed(): boolean;
  write(bytes: string | Uint8Array): void;
  /** Writes each piece in a packet of its own. */
  writeApart(pieces: readonly (string | Uint8Array)[]): Promise<void>;
  /** Waits for the next whole answer: `closed` where the connection ends without one, `none` where it does not come in time. */
  answer(how?: { readonly method?: string; readonly deadlineMs?: number }): Promise<WireAnswer | 'closed' | 'none'>;
  /** Says that nothing more will be sent, and goes on listening. */
  end(): void;
  hangUp(): void;
}

/** Header lines in order: repeats are possible, unlike in an object. */
export type Lines = readonly (readonly [name: string, value: string])[];

/** An answer takes milliseconds; one that has not come by now will not come. */
const ANSWER_MS = 5_000;

/** The end of a chunked body. */
export const LAST_CHUNK = '0\r\n\r\n';

/** Opens a raw connection. Resets are part of what is tested, so they are noted and not thrown. @throws Error when nobody listens */
export async function dial(port: number): Promise<Line> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  let closed = false;
  let taken = 0;
  const close = () => {
    closed = true;
  };
  socket.setNoDelay(true);
  await once(socket, 'connect');
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
  });
  socket.on('error', close);
  socket.on('end', close);
  socket.on('close', close);
  return {
    received: () => received,
    closed: () => closed,
    write: (bytes) => void socket.write(bytes),
    async writeApart(pieces) {
      for (const piece of pieces) {
        await new Promise<void>((resolve) => socket.write(piece, () => resolve()));
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async answer({ method = 'POST', deadlineMs = ANSWER_MS } = {}) {
      const next = () => readAnswer(received, taken, method, closed);
      await until(() => next() !== undefined || closed, deadlineMs);
      const read = next();
      if (read === undefined) return closed ? 'closed' : 'none';
      taken = read.end;
      return read.answer;
    },
    end: () => void socket.end(),
    hangUp: () => void socket.destroy(),
  };
}

/** The head of a request. */
export function head(lines: Lines, method = 'POST', query = ''): string {
  const text = [['Host', '127.0.0.1'] as const, ...lines].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `${method} /webhooks/liasonpay${query} HTTP/1.1\r\n${text}\r\n`;
}

/** A whole request, with the length of its body. */
export function request(lines: Lines, body: Uint8Array, method = 'POST'): Uint8Array {
  return Buffer.concat([
    Buffer.from(head([...lines, ['Content-Length', String(body.byteLength)]], method), 'latin1'),
    body,
  ]);
}

/** One chunk of a chunked body. */
export function chunk(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${bytes.byteLength.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

/** Waits for something to become true, looking often. Resolves to whether it did within so many milliseconds. */
export async function until(holds: () => boolean, deadlineMs: number): Promise<boolean> {
  const end = performance.now() + deadlineMs;
  while (!holds()) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return true;
}

interface Read {
  readonly answer: WireAnswer;
  /** Where the next answer begins. */
  readonly end: number;
}

/** Reads the whole answer that begins at `start`, if it is there; interim ones (100 Continue) are passed over. */
function readAnswer(text: string, start: number, method: string, closed: boolean): Read | undefined {
  const headEnd = text.indexOf('\r\n\r\n', start);
  if (headEnd < 0) return undefined;
  const [statusLine = '', ...lines] = text.slice(start, headEnd).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1]);
  const bodyStart = headEnd + 4;
  if (status < 200) return readAnswer(text, bodyStart, method, closed);
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const body = readBody(text, bodyStart, headers, status, method, closed);
  return body && { answer: { status, headers, body: body.text }, end: body.end };
}

function readBody(
  text: string,
  start: number,
  headers: Readonly<Record<string, string>>,
  status: number,
  method: string,
  closed: boolean,
): { readonly text: string; readonly end: number } | undefined {
  if (method === 'HEAD' || status === 204 || status === 304) return { text: '', end: start };
  if (headers['transfer-encoding']?.toLowerCase() === 'chunked') return readChunks(text, start);
  const length = headers['content-length'];
  // Without a length, the body ends with the connection.
  if (length === undefined) return closed ? { text: text.slice(start), end: text.length } : undefined;
  const end = start + Number(length);
  return text.length < end ? undefined : { text: text.slice(start, end), end };
}

function readChunks(text: string, start: number): { readonly text: string; readonly end: number } | undefined {
  let body = '';
  for (let at = start; ; ) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(text.slice(at, lineEnd), 16);
    at = lineEnd + 2;
    if (text.length < at + size + 2) return undefined;
    body += text.slice(at, at + size);
    at += size + 2;
    if (size === 0) return { text: body, end: at };
  }
}
