import type { Answer } from '../types.ts';

/** Makes a Web `Response` of a core answer. */
export function toResponse(answer: Answer, mustClose: boolean): Response {
  const headers = new Headers(answer.headers);
  // Otherwise a host would read a refused upload to its end before it takes the next request.
  if (mustClose) headers.set('connection', 'close');
  // RFC 9110 15.3.5: a 204 has no body, and Response refuses one. To an empty text it would add a content type.
  const body = answer.status === 204 || answer.body === '' ? null : answer.body;
  return new Response(body, { status: answer.status, headers });
}

/**
 * Tells a response from whatever else a handler may return, the result of a query for one. By its shape: each realm and each polyfill
 * has a class of its own.
 */
export function isResponse(value: unknown): value is Response {
  return (
    typeof value === 'object' &&
    value !== null &&
    'status' in value &&
    typeof value.status === 'number' &&
    'arrayBuffer' in value &&
    typeof value.arrayBuffer === 'function' &&
    'headers' in value &&
    'body' in value
  );
}

/** False for `Response.error()`, for a response whose body was read or is being read, and for one whose body is no Web stream: a host could only break over it. */
export function canBeSent({ status, bodyUsed, body }: Response): boolean {
  return status > 0 && !bodyUsed && (body === null || (isStream(body) && !body.locked));
}

/** Ends a response that nobody will read: the body of a forwarded one holds a connection open. */
export function discard({ body }: Response): void {
  // A body that somebody is reading cannot be ended, and need not be.
  if (isStream(body)) body.cancel().catch(() => undefined);
}

/** Some libraries have responses whose body is a stream of Node's. */
function isStream(body: unknown): body is ReadableStream {
  return typeof body === 'object' && body !== null && 'getReader' in body && 'cancel' in body;
}
