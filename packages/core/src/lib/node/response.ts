import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** A response whose writing is held back. */
export interface HeldResponse {
  /** The status of what the handler wrote, once it has written something. */
  readonly status: number | undefined;
  /** True while an answer is begun and not ended. */
  readonly unfinished: boolean;
  /** Sends what was held, and lets later writing through. */
  letGo(): void;
  /** Ignores what is written from now on, unless something has been: the run was settled by hand, and its answer follows. */
  close(): void;
  /** Drops what was held, answers instead, and ignores later writing. */
  replace(answer: () => void): void;
}

const WRITING = ['writeHead', 'write', 'end', 'flushHeaders'] as const;
const HEADING = ['setHeader', 'setHeaders', 'appendHeader', 'removeHeader'] as const;
type Method = (typeof WRITING)[number] | (typeof HEADING)[number];

/**
 * Holds back what a handler writes, and tells the status of it once, when the handler ends the response.
 *
 * From the first byte on, the response looks as if that byte had left: the status is decided, and headers can no longer be set.
 */
export function holdResponse(response: ServerResponse, onAnswer: (status: number) => void): HeldResponse {
  const originals = take(response);
  const headersBefore = response.getHeaders();
  const waiting: (() => unknown)[] = [];
  let begun: { readonly status: number; readonly statusCode: number } | undefined;
  let ended = false;

  function begin(status: number): void {
    begun = { status, statusCode: response.statusCode };
    put(response, HEADING, () => refuseHeaders);
    Object.defineProperty(response, 'headersSent', { configurable: true, value: true });
  }
  put(response, WRITING, (method) => (...values) => {
    if (begun === undefined)
      begin(method === 'writeHead' && typeof values[0] === 'number' ? values[0] : response.statusCode);
    // A copy: the headers object of a framework may change before it is sent.
    const kept = method === 'writeHead' ? values.map(copyHeaders) : values;
    if (!ended) waiting.push(() => originals[method].apply(response, kept));
    if (method === 'end' && !ended) {
      ended = true;
      // Not at the first byte: a handler that fails between its first byte and its last has not succeeded.
      if (begun !== undefined) onAnswer(begun.status);
    }
    const done = method === 'write' ? values.at(-1) : undefined;
    if (typeof done === 'function') {
      // Whoever waits for a held write would wait for the end that comes after it.
      values.pop();
      queueMicrotask(() => done());
    }
    return method === 'write' ? true : response;
  });
  function restore(): void {
    put(response, [...WRITING, ...HEADING], (method) => originals[method]);
    Reflect.deleteProperty(response, 'headersSent');
  }
  return {
    get status() {
      return begun?.status;
    },
    get unfinished() {
      return begun !== undefined && !ended;
    },
    close() {
      if (begun === undefined) mute(response);
    },
    letGo() {
      restore();
      // Somebody else (a timeout of the app) has answered before the handler was begun.
      if (response.headersSent) return;
      // What a second answer set after the first has no say.
      response.statusCode = begun?.statusCode ?? response.statusCode;
      for (const write of waiting) write();
      // The handler has returned, and what it began to write has no end.
      if (!ended) {
        originals.end.apply(response);
        mute(response);
      }
    },
    replace(answer) {
      restore();
      answerInstead(response, headersBefore, answer);
    },
  };
}

/** A response that is written as usual, while somebody watches how it ends. */
export interface WatchedResponse {
  /** Ignores what is written from now on, unless something has been sent: the run has ended in another way, and its answer follows. */
  close(): void;
  /** Answers instead and ignores later writing, unless something has been sent. */
  replace(answer: () => void): void;
}

/**
 * Tells the status of a response once: when it has been sent, or, if the client has gone, when the handler ends it.
 * A framework's own error page is kept from leaving: `onFailure` is expected to answer instead. It is also told of a response that was
 * broken off while its client was there.
 */
export function watchResponse(
  response: ServerResponse,
  onEnd: (status: number) => void,
  onFailure: (why: string) => void,
): WatchedResponse {
  const originals = take(response);
  const headersBefore = response.getHeaders();
  let over = false;
  // The status as it was sent: a second answer may set another one afterwards.
  let status: number | undefined;
  const tell = () => {
    if (over) return;
    over = true;
    onEnd(status ?? response.statusCode);
  };
  const begun = () => response.headersSent || response.writableEnded;
  // Node calls this for an implicit head too.
  response.writeHead = ((...values: unknown[]) => {
    status ??= typeof values[0] === 'number' ? values[0] : response.statusCode;
    return originals.writeHead.apply(response, values);
  }) as ServerResponse['writeHead'];
  response.end = ((...values: unknown[]) => {
    if (!over && isErrorPage(response)) {
      onFailure('The route failed, and nothing but the framework’s own error page handled it.');
      return response;
    }
    status ??= response.statusCode;
    // A client that left changes nothing: its handler has ended, and that is what settles the claim. No `finish` comes then.
    // On HTTP/2 a response without its client has no socket.
    if (response.destroyed || !response.socket || response.socket.destroyed) tell();
    response.once('finish', tell);
    response.once('close', tell);
    return originals.end.apply(response, values);
  }) as ServerResponse['end'];
  const destroy = response.destroy;
  response.destroy = (error) => {
    // Frameworks do this when a stream that they send breaks. One that a leaving client has ended changes nothing, as above.
    if (!over && !response.writableEnded && isOpen(response)) {
      over = true;
      onFailure('The response was broken off.');
    }
    return destroy.call(response, error);
  };
  return {
    close() {
      if (!over && !begun()) mute(response);
    },
    replace(answer) {
      if (over || begun()) return;
      over = true;
      put(response, [...WRITING, ...HEADING], (method) => originals[method]);
      answerInstead(response, headersBefore, answer);
    },
  };
}

/** True while the client is there. One that ends its side of the connection has left, and Node ends the other side then. */
function isOpen({ req, socket }: ServerResponse): boolean {
  return socket?.writable === true && !socket.destroyed && !req.aborted;
}

/** The page that `finalhandler` (Express, connect) makes of an error nobody handled: outside production it shows the message and the stack. */
function isErrorPage(response: ServerResponse): boolean {
  return (
    !response.headersSent &&
    response.statusCode >= 400 &&
    response.getHeader('content-security-policy') === "default-src 'none'" &&
    String(response.getHeader('content-type')).startsWith('text/html')
  );
}

function copyHeaders(value: unknown): unknown {
  if (Array.isArray(value)) return [...value];
  return typeof value === 'object' && value !== null ? { ...value } : value;
}

type Originals = Readonly<Record<Method, (...values: unknown[]) => unknown>>;

function take(response: ServerResponse): Originals {
  return Object.fromEntries(
    [...WRITING, ...HEADING].map((method) => [method, response[method]]),
  ) as unknown as Originals;
}

function put<Some extends Method>(
  response: ServerResponse,
  methods: readonly Some[],
  make: (method: Some) => (...values: unknown[]) => unknown,
): void {
  for (const method of methods) response[method] = make(method) as never;
}

/** Takes back what the handler set, and keeps what others had set before it (a request id, security headers). */
function answerInstead(response: ServerResponse, headersBefore: OutgoingHttpHeaders, answer: () => void): void {
  if (!response.headersSent) {
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    for (const [name, value] of Object.entries(headersBefore)) if (value !== undefined) response.setHeader(name, value);
    answer();
  }
  mute(response);
}

/** A handler that goes on writing after its deadline must neither be heard nor end the process with an error that nobody catches. */
function mute(response: ServerResponse): void {
  put(response, [...WRITING, ...HEADING], (method) => () => (method === 'write' ? true : response));
}

/** What Node does once the head has left. */
function refuseHeaders(): never {
  throw Object.assign(new Error('Cannot set headers after they are sent to the client'), {
    code: 'ERR_HTTP_HEADERS_SENT',
  });
}
