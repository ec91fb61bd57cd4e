import type { BodyFailure, BodyLimits, Exchange } from '../exchange.ts';
import type { HeaderLines } from '../scheme/header-reader.ts';
import { LINGER_MS, PIECE_COST, SMALL_REMAINDER } from '../uploads.ts';

/** A Web request, presented to a receiver. */
export interface FetchExchange extends Exchange {
  /** True while bytes may still come that nobody will read: the answer must end the connection. */
  mustClose(): boolean;
}

/**
 * Presents a Web `Request` to a receiver. The bytes are read from its stream within the receiver's limits, as they came: nothing is
 * inflated or decoded. A body that was read before is `misconfigured`, at once.
 */
export function fetchExchange(request: Request, peerAddress: string | undefined): FetchExchange {
  const { pathname, search } = new URL(request.url);
  const { body } = request;
  // What of the body is still to come, as far as this guard is concerned.
  let rest: 'nothing' | 'unread' | 'given up' = body === null ? 'nothing' : 'unread';
  return {
    head: { method: request.method, url: pathname + search, headers: headerLines(request.headers), peerAddress },
    async readBody(limits) {
      if (request.bodyUsed || body?.locked) return spent();
      if (body === null) return ended(new Uint8Array(), limits);
      const read = await readStream(body, limits, request.signal);
      rest = 'failed' in read ? 'given up' : 'nothing';
      return read;
    },
    isGone: () => request.signal?.aborted === true,
    // A sender that was too slow or sent too much is not waited for, however little it has declared.
    mustClose: () =>
      rest === 'given up' || (rest === 'unread' && !(declaredLength(request.headers) <= SMALL_REMAINDER)),
  };
}

/** Repeated lines are one line here, joined by commas: what is signed has one value, so a joined one is refused as malformed. */
function headerLines(headers: Headers): HeaderLines {
  return [...headers];
}

/** NaN where nothing was declared. */
function declaredLength(headers: Headers): number {
  const declared = headers.get('content-length');
  return declared === null ? Number.NaN : Number(declared);
}

async function readStream(
  stream: ReadableStream<Uint8Array>,
  limits: BodyLimits,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | BodyFailure> {
  const reader = stream.getReader();
  let stop: (failure: BodyFailure) => void = () => undefined;
  const stopped = new Promise<BodyFailure>((resolve) => {
    stop = resolve;
  });
  const timer = setTimeout(
    () => stop({ failed: 'body-timeout', detail: `the body did not arrive within ${limits.timeoutMs} ms` }),
    limits.timeoutMs,
  );
  const leave = () => stop(incomplete());
  // Some hosts have no signal.
  signal?.addEventListener('abort', leave, { once: true });
  if (signal?.aborted) leave();
  const pieces: Uint8Array[] = [];
  let length = 0;
  let whole = false;
  try {
    for (;;) {
      const step = await Promise.race([stopped, reader.read()]);
      if ('failed' in step) return step;
      whole = step.done;
      if (step.done) return ended(join(pieces, length), limits);
      if (!isBytes(step.value)) return notBytes();
      length += step.value.byteLength;
      if (length > limits.maxBytes)
        return { failed: 'body-too-large', detail: `the body is over the limit of ${limits.maxBytes} bytes` };
      if (!limits.hold(step.value.byteLength + PIECE_COST))
        return { failed: 'overloaded', detail: 'this receiver holds as many body bytes as maxHeldBytes allows' };
      pieces.push(step.value);
    }
  } catch {
    return incomplete();
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', leave);
    if (whole) reader.releaseLock();
    else giveUp(reader);
  }
}

/**
 * Cancelled at once, the connection of many hosts is reset, and the answer with it; never cancelled, that of some stays open for as long
 * as the sender likes. The lock is kept: some hosts hold on to it while a read is under way.
 */
function giveUp(reader: ReadableStreamDefaultReader<Uint8Array>): void {
  setTimeout(() => void reader.cancel().catch(() => undefined), LINGER_MS);
}

/** Not by class: a host may be a realm of its own. */
function isBytes(piece: unknown): piece is Uint8Array {
  return Object.prototype.toString.call(piece) === '[object Uint8Array]';
}

/** A host takes no more from a connection than was declared; but some end the stream of one that broke as if the body were whole. */
function ended(body: Uint8Array, { declaredBytes = body.byteLength }: BodyLimits): Uint8Array | BodyFailure {
  if (body.byteLength < declaredBytes) return incomplete();
  return body.byteLength > declaredBytes ? replaced() : body;
}

function join(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return first;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

function incomplete(): BodyFailure {
  return { failed: 'body-incomplete', detail: 'the connection ended before the whole body had come' };
}

function replaced(): BodyFailure {
  return {
    failed: 'misconfigured',
    detail:
      'the request’s body is longer than its declared length: something before the guard inflated it, decoded it as text or put another in its place. Give the guard the request as it came.',
  };
}

function notBytes(): BodyFailure {
  return {
    failed: 'misconfigured',
    detail:
      'the request’s body is a stream of something else than Uint8Array: whatever made this Request has to give it the bytes as they came.',
  };
}

function spent(): BodyFailure {
  return {
    failed: 'misconfigured',
    detail:
      'something read the request’s body before the guard (request.json(), request.text(), request.formData() or a body parser), and the bytes that were signed are gone. Give the guard the request unread, and use delivery.json() in the handler.',
  };
}
