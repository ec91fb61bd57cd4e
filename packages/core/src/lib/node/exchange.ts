import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BodyFailure, Exchange } from '../exchange.ts';
import type { HeaderLines } from '../scheme/header-reader.ts';
import { readBody } from './read-body.ts';
import type { NodeRequest } from './request.ts';

/** What a framework's adapter knows of its framework. */
export interface NodeTraits extends Pick<Exchange, 'framework' | 'onVerdict' | 'onSettled'> {
  /** What to do here about a body that was taken before the guard: it ends the record's `detail`. */
  readonly remedy?: string;
  /** Waited for between the head and the body, where the framework has a turn of its own there. A failure it gives is the body's. */
  readonly beforeBody?: () => Promise<BodyFailure | undefined>;
}

/**
 * Presents a Node request to a receiver. The bytes are read by `raw-body` within the receiver's limits; bytes that a host or
 * a `verify: keepRawBody` parser kept are used; a body that was parsed, inflated or consumed without them is `misconfigured`, at once.
 */
export function nodeExchange(request: NodeRequest, response: ServerResponse, traits: NodeTraits = {}): Exchange {
  return {
    head: {
      method: request.method ?? '',
      url: request.originalUrl ?? request.url ?? '',
      headers: headerLines(request),
      peerAddress: request.socket.remoteAddress,
    },
    readBody: async (limits) => (await traits.beforeBody?.()) ?? readBody(request, limits, traits.remedy),
    // Where a timeout of the app has answered already, nobody is left to take an answer either.
    isGone: () => request.socket.destroyed || response.headersSent,
    framework: traits.framework,
    onVerdict: traits.onVerdict,
    onSettled: traits.onSettled,
  };
}

/** Node joins repeated headers in `headers`; only `rawHeaders` shows them as they came. */
function headerLines(request: IncomingMessage): HeaderLines {
  const { rawHeaders } = request;
  const lines: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) lines.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '']);
  return lines;
}
