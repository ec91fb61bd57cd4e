import {
  ConfigurationError,
  createReceiver,
  type Delivery,
  type Mounted,
  type ReceiverOptions,
  type SchemaOutput,
  type StandardSchema,
} from '@postern/core';
import { guardNode, handleNode, type NodeTraits } from '@postern/core/node';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

export { keepRawBody } from '@postern/core/node';

declare global {
  namespace Express {
    interface Request {
      /** The verified delivery, on routes behind the middleware form `webhook(options)`. Elsewhere it is not there, and reading from it throws. */
      webhook: Delivery;
    }
  }
}

/** Options of `webhook`: those of a receiver. */
export type WebhookOptions<Event = unknown> = ReceiverOptions<Event>;

/** Runs for genuine deliveries only. Returning answers with the provider's acknowledgement; throwing, or a status other than 2xx, makes the sender try again. */
export type WebhookHandler<Event = unknown> = (
  delivery: Delivery<Event>,
  request: Request,
  response: Response,
) => unknown;

/**
 * Guards an Express route (4 or 5). The handler form: `app.post(path, webhook(options, handler))`.
 *
 * The handler runs for genuine, fresh deliveries that were not handled before. Return a promise that ends when the work is done:
 * the event is committed and acknowledged then. It may also answer by itself; a 2xx leaves only after the commit. An answer that
 * comes after the handler has returned (in a callback, from a stream nobody awaited) is not sent. `close()` drains it, for SIGTERM.
 *
 * Where a provider asks by GET, HEAD or OPTIONS before it delivers, mount it with `app.all`: the guard refuses every other use of them.
 *
 * @throws ConfigurationError at start-up, for options that could not work
 */
export function webhook<Schema extends StandardSchema>(
  options: Omit<WebhookOptions, 'schema'> & { readonly schema: Schema },
  handler: WebhookHandler<SchemaOutput<Schema>>,
): RequestHandler & Mounted;
export function webhook(options: WebhookOptions, handler: WebhookHandler): RequestHandler & Mounted;
/**
 * The middleware form: `app.post(path, webhook(options), (req, res) => …)`. The route finds the delivery in `req.webhook`.
 *
 * The event is committed when the response has been sent with a 2xx, and given back for any other status.
 *
 * @throws ConfigurationError at start-up, for options that could not work
 */
export function webhook(options: WebhookOptions): RequestHandler & Mounted;
export function webhook(options: WebhookOptions, ...handlers: WebhookHandler[]): RequestHandler & Mounted {
  const receiver = createReceiver(options);
  if (handlers.length === 0) {
    return Object.assign(
      async function webhook(request: Request, response: Response, next: NextFunction) {
        const delivery = await guardNode(receiver, request, response, traitsOf(request));
        if (delivery === undefined) return;
        request.webhook = delivery;
        next();
      },
      { close: receiver.close, secrets: receiver.secrets },
    );
  }
  // A handler that is undefined (a misspelt import) is a mistake, and not the middleware form.
  const [handler] = handlers;
  if (typeof handler !== 'function')
    throw new ConfigurationError('invalid-option', 'handler', 'give a function: (delivery, req, res) => …');
  return Object.assign(
    async function webhook(request: Request, response: Response) {
      const run: (delivery: Delivery) => unknown = (delivery) => handler(delivery, request, response);
      await handleNode(receiver, request, response, run, traitsOf(request));
    },
    { close: receiver.close, secrets: receiver.secrets },
  );
}

/** Whom Express takes for the client, by its own setting. */
function traitsOf(request: Request): NodeTraits {
  return { framework: { setting: "Express's `trust proxy`", clientAddress: () => request.ip } };
}
