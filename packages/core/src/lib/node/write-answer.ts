import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from '../types.ts';
import { LINGER_MS, SMALL_REMAINDER } from '../uploads.ts';
import { waitsForContinue } from './hold-continue.ts';

/**
 * Writes a core answer. An upload that was refused unread is drained when little of it is left; otherwise the caller gets the answer
 * and the connection closes, so that nobody can make this server read what it has already refused.
 */
export function writeAnswer(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.destroyed) return;
  for (const name of response.getHeaderNames())
    if (name.startsWith('content-') || name === 'etag') response.removeHeader(name);
  response.statusCode = answer.status;
  // HTTP/2 has none, and Node warns of it there.
  if (request.httpVersionMajor < 2) response.statusMessage = '';
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  // RFC 9110 8.6: none with a 204.
  if (answer.status !== 204)
    response.setHeader('content-length', String(new TextEncoder().encode(answer.body).byteLength));
  if (request.complete || (request.httpVersionMajor < 2 && hasNoBody(request))) {
    response.end(answer.body);
  } else if (request.httpVersionMajor >= 2) {
    answerAndCloseStream(request, response, answer.body);
  } else if (remainder(request) <= SMALL_REMAINDER && !request.isPaused() && !waitsForContinue(request)) {
    request.resume();
    response.end(answer.body);
  } else {
    // A reading that was stopped (too long, too slow) is not taken up again. A sender that waits for a 100 Continue may send its body
    // all the same or never (RFC 9110 10.1.1), so nothing after it could be told apart.
    answerAndClose(request, response, answer.body);
  }
}

interface Http2Response extends ServerResponse {
  readonly stream?: { close(code: number): void; once(event: 'finish', listener: () => void): unknown };
}

const NO_ERROR = 0;
const CANCEL = 8;

/**
 * HTTP/2 has no connection to close, only this stream: the sender keeps its answer (RFC 9113 8.1) and sends no more. What its request
 * has gathered goes with it.
 */
function answerAndCloseStream(request: IncomingMessage, response: Http2Response, body: string): void {
  // Taken now: a closed response has none.
  const { stream } = response;
  // Of the stream: this response says so only when the stream is over.
  stream?.once('finish', () => stream.close(NO_ERROR));
  response.end(body);
  // A sender that does not take its answer has so long, and no longer.
  const timer = setTimeout(() => stream?.close(CANCEL), LINGER_MS);
  response.once('close', () => clearTimeout(timer));
  // A stream is over when all that came has been read.
  request.resume();
}

function hasNoBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0';
}

/** How much may still come, as far as the sender has said. */
function remainder({ headers }: IncomingMessage): number {
  const declared = headers['content-length'];
  return headers['transfer-encoding'] === undefined && declared !== undefined
    ? Number(declared)
    : Number.POSITIVE_INFINITY;
}

function answerAndClose(request: IncomingMessage, response: ServerResponse, body: string): void {
  response.setHeader('connection', 'close');
  // The whole answer goes out now; the response ends a little later. Ending it closes the connection, and closing a connection with
  // unread bytes resets it, which can take the answer away from a sender that is still writing.
  response.write(body);
  let read = 0;
  // Taken now: what a handler writes later is kept off by overriding these methods.
  const finish = response.end.bind(response);
  const end = () => {
    clearTimeout(timer);
    request.off('data', count);
    finish();
  };
  const count = (chunk: Uint8Array) => {
    read += chunk.byteLength;
    if (read > SMALL_REMAINDER) request.pause();
  };
  const timer = setTimeout(end, LINGER_MS);
  request.on('data', count);
  request.once('end', end);
  request.once('close', end);
  request.resume();
}
