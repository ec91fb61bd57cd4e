import type { IncomingMessage } from 'node:http';

/** A request as Node's frameworks pass it on: `body`, `rawBody` and the rest may have been put there by whatever ran before. */
export interface NodeRequest extends IncomingMessage {
  /** The whole target, where a router has cut `url` down. */
  readonly originalUrl?: string;
  body?: unknown;
  rawBody?: unknown;
  _body?: boolean;
}
