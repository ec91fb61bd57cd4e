import type { IncomingMessage } from 'node:http';
import getRawBody from 'raw-body';
import type { BodyFailure, BodyLimits } from '../exchange.ts';
import { PIECE_COST } from '../uploads.ts';
import type { NodeRequest } from './request.ts';

/** What to do about a body that was taken before the guard, where the framework has no advice of its own. */
const REMEDY =
  'Mount the guard before the parser, or let the parser keep the bytes: express.json({ verify: keepRawBody }) with keepRawBody of @postern/core/node, or { rawBody: true } in NestFactory.create.';

/** The bytes of a request, within limits: those that somebody kept, or those of the stream. What goes wrong is a value. */
export async function readBody(
  request: NodeRequest,
  limits: BodyLimits,
  remedy = REMEDY,
): Promise<Uint8Array | BodyFailure> {
  return keptBody(request, remedy) ?? readStream(request, limits);
}

/** Bytes that somebody else has read, a finding if they are gone, or nothing if the stream is untouched. */
function keptBody(request: NodeRequest, remedy: string): Uint8Array | BodyFailure | undefined {
  const kept =
    request.rawBody instanceof Uint8Array
      ? request.rawBody
      : request.body instanceof Uint8Array
        ? request.body
        : undefined;
  if (kept !== undefined) {
    const coding = request.headers['content-encoding'];
    if (coding === undefined || coding.toLowerCase() === 'identity') return kept;
    return misconfigured(
      `the body came with Content-Encoding: ${coding} and was inflated by a parser before the guard, and the signature is over the bytes on the wire. Mount the guard before every body parser, or give that parser { inflate: false }.`,
    );
  }
  if (request.rawBody !== undefined) {
    return misconfigured(
      'rawBody is not bytes. Text has lost bytes that were signed: keep a Buffer, as keepRawBody does.',
    );
  }
  if (!wasRead(request)) return undefined;
  const cause =
    request.readableEncoding !== null
      ? 'something set an encoding on the request’s stream'
      : request.body === undefined || isEmptyObject(request.body)
        ? 'something read the request’s stream'
        : 'a body parser parsed the body';
  return misconfigured(`${cause} before the guard, and the bytes that were signed are gone. ${remedy}`);
}

/** Looks at the stream itself, never at `body`: Express 4 sets `{}`, and middleware sets what it likes, on requests that nobody has read. */
function wasRead(request: NodeRequest): boolean {
  return request.readableDidRead || request.readableEnded || request.readableEncoding !== null;
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

async function readStream(request: IncomingMessage, limits: BodyLimits): Promise<Uint8Array | BodyFailure> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onData: ((chunk: Uint8Array) => void) | undefined;
  const stopped = new Promise<BodyFailure>((resolve) => {
    timer = setTimeout(
      () => resolve({ failed: 'body-timeout', detail: `the body did not arrive within ${limits.timeoutMs} ms` }),
      limits.timeoutMs,
    );
    onData = (chunk) => {
      if (!limits.hold(chunk.byteLength + PIECE_COST))
        resolve({ failed: 'overloaded', detail: 'this receiver holds as many body bytes as maxHeldBytes allows' });
    };
    request.on('data', onData);
  });
  const read = getRawBody(request, { limit: limits.maxBytes, length: limits.declaredBytes ?? null }).catch(
    (error: unknown): BodyFailure => readFailure(error, limits),
  );
  // Something before the guard may have paused the stream, and a listener alone does not start a paused one.
  request.resume();
  try {
    const body = await Promise.race([read, stopped]);
    // raw-body cannot be called off: a stopped reading is paused, and what it has gathered goes with the connection.
    if ('failed' in body) stopReading(request);
    return body;
  } finally {
    clearTimeout(timer);
    if (onData) request.off('data', onData);
  }
}

/** Stops the request and, under it, the socket: of that, Node would take in two more buffers before it noticed. */
function stopReading(request: IncomingMessage): void {
  request.pause();
  // The socket of an HTTP/2 stream is everyone's, and the sockets of some hosts only look like one.
  if (request.httpVersionMajor < 2) request.socket.pause?.();
}

function readFailure(error: unknown, limits: BodyLimits): BodyFailure {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large')
    return { failed: 'body-too-large', detail: `the body is over the limit of ${limits.maxBytes} bytes` };
  // On a connection Node keeps to the declared length: a stream that ends before it is no longer the one that came.
  if (type === 'request.size.invalid')
    return misconfigured(
      'the request’s stream ended before its declared length: something before the guard replaced or emptied it. Mount the guard first, or keep the bytes in rawBody.',
    );
  return incomplete();
}

function incomplete(): BodyFailure {
  return { failed: 'body-incomplete', detail: 'the connection ended before the whole body had come' };
}

function misconfigured(detail: string): BodyFailure {
  return { failed: 'misconfigured', detail };
}
