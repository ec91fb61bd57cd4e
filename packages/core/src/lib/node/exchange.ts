import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from '../exchange.ts';
import type { HeaderLines } from '../scheme/header-reader.ts';
import { readBody } from './read-body.ts';
import type { NodeRequest } from './request.ts';

/**
 * Presents a Node request to a receiver. The bytes are read by `raw-body` within the receiver's limits; bytes that a host or
 * a `verify: keepRawBody` parser kept are used; a body that was parsed, inflated or consumed without them is `misconfigured`, at once.
 */
export function nodeExchange(request: NodeRequest, response: ServerResponse): Exchange {
  return {
    head: {
      method: request.method ?? '',
      url: request.originalUrl ?? request.url ?? '',
      headers: headerLines(request),
      peerAddress: request.socket.remoteAddress,
    },
    readBody: (limits) => readBody(request, limits),
    // Where a timeout of the app has answered already, nobody is left to take an answer either.
    isGone: () => request.socket.destroyed || response.headersSent,
  };
}

/** Node joins repeated headers in `headers`; only `rawHeaders` shows them as they came. */
function headerLines(request: IncomingMessage): HeaderLines {
  const { rawHeaders } = request;
  const lines: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) lines.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '']);
  return lines;
}
