import { connect } from 'node:net';
import type { Capture } from '@postern/core';

/** What came back. */
interface Reply {
  readonly status: number;
}

const HEAD_END = '\r\n\r\n';

/**
 * Sends a request byte for byte over a socket of its own, and reads the head of the answer.
 *
 * Header lines go out as they stand: order, repeats, spelling and odd bytes included. `Content-Length` is added, and `Host` where there
 * is none, as every client adds them.
 *
 * @param onConnect awaited before the first byte is sent, and told the port that the bytes will come from
 * @throws Error when no answer comes within `deadlineMs`, or the connection ends before one
 */
export function send(
  port: number,
  request: Capture,
  deadlineMs: number,
  onConnect: (callerPort: number) => Promise<void> = async () => undefined,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const end = (settle: () => void) => {
      clearTimeout(timer);
      socket.destroy();
      settle();
    };
    const timer = setTimeout(() => end(() => reject(new Error(`no answer within ${deadlineMs} ms`))), deadlineMs);
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      let status: number | undefined;
      try {
        status = readStatus(received);
      } catch (error) {
        return end(() => reject(error));
      }
      if (status !== undefined) end(() => resolve({ status }));
    });
    socket.on('error', (error) => end(() => reject(error)));
    socket.on('close', () => end(() => reject(new Error('the connection ended without an answer'))));
    socket.once('connect', () => {
      onConnect(socket.localPort ?? 0).then(
        () => socket.write(serialise(request, port)),
        (error) => end(() => reject(error)),
      );
    });
  });
}

/** The status of the final answer, once its whole head is there. Interim answers (`100 Continue`) come before it. */
function readStatus(received: string): number | undefined {
  for (let start = 0; ; ) {
    const end = received.indexOf(HEAD_END, start);
    if (end < 0) return undefined;
    const [statusLine = '', ...headerLines] = received.slice(start, end).split('\r\n');
    const match = /^HTTP\/1\.[01] ([1-5]\d\d)(?: .*)?$/.exec(statusLine);
    if (match === null || headerLines.some((line) => !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+:/.test(line)))
      throw new Error('the answer is not HTTP/1.1');
    const status = Number(match[1]);
    if (status >= 200) return status;
    start = end + HEAD_END.length;
  }
}

function serialise({ method, url, headers, body }: Capture, port: number): Buffer {
  const has = (name: string) => headers.some(([line]) => line.toLowerCase() === name);
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  if (!has('host')) lines.unshift(`Host: 127.0.0.1:${port}`);
  // A sender that says how its body is framed keeps its word.
  const chunked = has('transfer-encoding');
  if (!chunked && !has('content-length')) lines.push(`Content-Length: ${body.byteLength}`);
  const head = Buffer.from([`${method} ${originForm(url)} HTTP/1.1`, ...lines, '', ''].join('\r\n'), 'latin1');
  if (!chunked) return Buffer.concat([head, body]);
  const chunk =
    body.byteLength === 0 ? [] : [Buffer.from(`${body.byteLength.toString(16)}\r\n`), body, Buffer.from('\r\n')];
  return Buffer.concat([head, ...chunk, Buffer.from('0\r\n\r\n')]);
}

/** Case files may hold whole URLs; a request line has the path and query. */
function originForm(url: string): string {
  const match = /^https?:\/\/[^/?#]*([^#]*)/i.exec(url);
  if (match === null) return url;
  const target = match[1] ?? '';
  return target.startsWith('/') ? target : `/${target}`;
}
