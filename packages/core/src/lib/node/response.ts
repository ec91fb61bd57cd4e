import type { ServerResponse } from 'node:http';

/** A response whose writing is held back. */
export interface HeldResponse {
  /** The status of what the handler wrote, once it has written something. */
  readonly status: number | undefined;
  /** Sends what was held, and lets later writing through. */
  letGo(): void;
  /** Drops what was held, answers instead, and ignores later writing. */
  replace(answer: () => void): void;
}

type Method = 'writeHead' | 'write' | 'end' | 'flushHeaders';
const METHODS: readonly Method[] = ['writeHead', 'write', 'end', 'flushHeaders'];

/**
 * Holds back what a handler writes, and tells the status of it once, when the first byte wants to leave.
 */
export function holdResponse(response: ServerResponse, onAnswer: (status: number) => void): HeldResponse {
  const originals = take(response);
  const waiting: (() => unknown)[] = [];
  let status: number | undefined;
  const hold =
    (method: Method) =>
    (...values: unknown[]) => {
      waiting.push(() => originals[method].apply(response, values));
      if (status === undefined) {
        status = method === 'writeHead' && typeof values[0] === 'number' ? values[0] : response.statusCode;
        onAnswer(status);
      }
      return method === 'write' ? true : response;
    };
  put(response, hold);
  return {
    get status() {
      return status;
    },
    letGo() {
      put(response, (method) => originals[method]);
      for (const write of waiting) write();
    },
    replace(answer) {
      replaceAnswer(response, originals, answer);
    },
  };
}

/** A response that is written as usual, while somebody watches how it ends. */
export interface WatchedResponse {
  /** Answers instead and ignores later writing, if nothing has been sent yet. */
  replace(answer: () => void): void;
}

/**
 * Tells the status of a response once: when it has been sent, or, if the client has gone, when the handler ends it.
 * A framework's own error page is kept from leaving: `onErrorPage` is expected to answer instead.
 */
export function watchResponse(
  response: ServerResponse,
  onEnd: (status: number) => void,
  onErrorPage: () => void,
): WatchedResponse {
  const originals = take(response);
  let over = false;
  const tell = () => {
    if (over) return;
    over = true;
    onEnd(response.statusCode);
  };
  response.end = ((...values: unknown[]) => {
    if (!over && isErrorPage(response)) {
      onErrorPage();
      return response;
    }
    // A client that left changes nothing: its handler has ended, and that is what settles the claim. No `finish` comes then.
    if (response.destroyed || response.socket === null || response.socket.destroyed) tell();
    response.once('finish', tell);
    response.once('close', tell);
    return originals.end.apply(response, values);
  }) as ServerResponse['end'];
  return {
    replace(answer) {
      if (over || response.headersSent || response.writableEnded) return;
      over = true;
      replaceAnswer(response, originals, answer);
    },
  };
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

type Originals = Readonly<Record<Method, (...values: unknown[]) => unknown>>;

function take(response: ServerResponse): Originals {
  return Object.fromEntries(METHODS.map((method) => [method, response[method]])) as unknown as Originals;
}

function put(response: ServerResponse, make: (method: Method) => (...values: unknown[]) => unknown): void {
  for (const method of METHODS) response[method] = make(method) as never;
}

function replaceAnswer(response: ServerResponse, originals: Originals, answer: () => void): void {
  put(response, (method) => originals[method]);
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  answer();
  // A handler that goes on writing after its deadline must not end the process with "write after end".
  put(response, (method) => () => (method === 'write' ? true : response));
}
