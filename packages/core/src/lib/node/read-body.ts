import type { IncomingMessage } from 'node:http';
import getRawBody from 'raw-body';
import type { BodyFailure, BodyLimits } from '../receiver.ts';
import type { NodeRequest } from './request.ts';

/** The bytes of a request, within limits: those that somebody kept, or those of the stream. What goes wrong is a value. */
export async function readBody(request: NodeRequest, limits: BodyLimits): Promise<Uint8Array | BodyFailure> {
  return keptBody(request) ?? readStream(request, limits);
}

/** Bytes that somebody else has read, a finding if they are gone, or nothing if the stream is untouched. */
function keptBody(request: NodeRequest): Uint8Array | BodyFailure | undefined {
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
  const parser =
    request.body === undefined || isEmptyObject(request.body)
      ? 'something read the request’s stream'
      : 'a body parser (such as express.json()) parsed the body';
  return misconfigured(
    `${parser} before the guard, and the bytes that were signed are gone. Mount the guard before the parser, or use express.json({ verify: keepRawBody }) with keepRawBody of @postern/core/node.`,
  );
}

/** Looks at the stream itself: Express 4 sets `req.body = {}` on requests that nobody has read. */
function wasRead(request: NodeRequest): boolean {
  return (
    request._body === true ||
    request.readableDidRead ||
    request.readableEnded ||
    request.destroyed ||
    (request.body !== undefined && !isEmptyObject(request.body))
  );
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
      if (!limits.hold(chunk.byteLength))
        resolve({ failed: 'overloaded', detail: 'this receiver holds as many body bytes as maxHeldBytes allows' });
    };
    request.on('data', onData);
  });
  const read = getRawBody(request, { limit: limits.maxBytes, length: limits.declaredBytes ?? null }).catch(
    (error: unknown): BodyFailure => readFailure(error, limits),
  );
  try {
    const body = await Promise.race([read, stopped]);
    // raw-body cannot be called off: a stopped reading is paused, and what it has gathered goes with the connection.
    if ('failed' in body) request.pause();
    return body;
  } finally {
    clearTimeout(timer);
    if (onData) request.off('data', onData);
  }
}

function readFailure(error: unknown, limits: BodyLimits): BodyFailure {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large')
    return { failed: 'body-too-large', detail: `the body is over the limit of ${limits.maxBytes} bytes` };
  if (type === 'stream.not.readable' || type === 'stream.encoding.set') {
    return misconfigured(
      'something read the request’s stream, or set its encoding, before the guard, and the bytes that were signed are gone. Mount the guard first.',
    );
  }
  return { failed: 'body-incomplete', detail: 'the connection ended before the whole body had come' };
}

function misconfigured(detail: string): BodyFailure {
  return { failed: 'misconfigured', detail };
}
