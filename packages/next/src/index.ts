import type { Delivery, Mounted, ReceiverOptions, SchemaOutput, StandardSchema } from '@postern/core';
import {
  type WebhookHandler as FetchHandler,
  type WebhookOptions as FetchOptions,
  webhook as guard,
  type PlacedOptions,
  type Placement,
} from '@postern/core/fetch';
import type { NextRequest } from 'next/server.js';

/** What Next gives a route handler beside the request. `params` holds the dynamic segments of the route's path, those of the URL: nobody has signed them. */
export interface RouteContext {
  readonly params: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

/** Options of `webhook`: those of a receiver. `allow` and `trustProxy` need `clientAddress` beside them, since a route handler sees no socket. */
export type WebhookOptions<Event = unknown, Context extends RouteContext = RouteContext> = FetchOptions<
  Event,
  [context: Context]
>;

/**
 * Runs for genuine deliveries only. `request` has been read: the bytes are in `delivery`. Returning nothing answers with the provider's
 * acknowledgement; throwing, or a status other than 2xx, makes the sender try again. So do `redirect()` and `notFound()`, which throw.
 */
export type WebhookHandler<Event = unknown, Context extends RouteContext = RouteContext> = (
  delivery: Delivery<Event>,
  request: NextRequest,
  context: Context,
) => ReturnType<FetchHandler>;

/** A guarded route handler, to be exported as `POST`. */
export type RouteHandler<Context extends RouteContext = RouteContext> = (
  request: NextRequest,
  context: Context,
) => Promise<Response>;

/**
 * Guards a route handler of the App Router, on Node and on Edge: `export const POST = webhook(options, handler)` in a `route.ts`.
 *
 * The handler runs for genuine, fresh deliveries that were not handled before. Return a promise that ends when the work is done:
 * the event is committed and acknowledged then. It may also return a `Response`; a 2xx leaves only after the commit.
 *
 * `fromEnv` is read at the first delivery, since `next build` loads route files where there are no secrets. Everything else is checked
 * now, and so at the build. Where a provider asks by GET, HEAD or OPTIONS: `export { POST as GET, POST as HEAD, POST as OPTIONS }`.
 *
 * @throws ConfigurationError for options that could not work
 */
export function webhook<Schema extends StandardSchema, Context extends RouteContext = RouteContext>(
  options: Omit<ReceiverOptions, PlacedOptions | 'schema'> & { readonly schema: Schema } & Placement<
      [context: Context]
    >,
  handler: WebhookHandler<SchemaOutput<Schema>, Context>,
): RouteHandler<Context> & Mounted;
export function webhook<Context extends RouteContext = RouteContext>(
  options: WebhookOptions<unknown, Context>,
  handler: WebhookHandler<unknown, Context>,
): RouteHandler<Context> & Mounted;
export function webhook<Context extends RouteContext>(
  options: WebhookOptions<unknown, Context>,
  handler: WebhookHandler<unknown, Context>,
): RouteHandler<Context> & Mounted {
  // Core knows Next's request as a Request, and passes on the very object it was given.
  return guard(options, handler as FetchHandler<unknown, [context: Context]>);
}
