import {
  ConfigurationError,
  createReceiver,
  type Delivery,
  type Mounted,
  type ReceiverOptions,
  type SchemaOutput,
  type StandardSchema,
} from '@postern/core';
import { handleNode } from '@postern/core/node';
import type { NextApiHandler, NextApiRequest, NextApiResponse } from 'next';

/** Options of `webhook`: those of a receiver. */
export type WebhookOptions<Event = unknown> = ReceiverOptions<Event>;

/**
 * Runs for genuine deliveries only. `req` has been read: the bytes are in `delivery`. Returning answers with the provider's
 * acknowledgement; throwing, or a status other than 2xx, makes the sender try again.
 */
export type WebhookHandler<Event = unknown> = (
  delivery: Delivery<Event>,
  req: NextApiRequest,
  res: NextApiResponse,
) => unknown;

/** What to do about a body that Next's own parser has taken. */
const REMEDY =
  'Next.js parses bodies unless the file of the route has this line, written out: export const config = { api: { bodyParser: false } };';

/**
 * Guards an API route of the Pages Router: `export default webhook(options, handler)` in a file of `pages/api`, and beside it, written out,
 * `export const config = { api: { bodyParser: false } }`. Without that line Next has parsed the body, and each delivery is refused with 500
 * `misconfigured`, whose record names the line.
 *
 * The handler runs for genuine, fresh deliveries that were not handled before. Return a promise that ends when the work is done:
 * the event is committed and acknowledged then. It may also answer by itself (`res.status(202).json(…)`); a 2xx leaves only after the commit.
 *
 * `fromEnv` is read at the first delivery, as in the App Router. Everything else is checked now: Next loads the file at its first
 * request, and answers each request with 500 while this throws.
 *
 * @throws ConfigurationError for options that could not work
 */
export function webhook<Schema extends StandardSchema>(
  options: Omit<WebhookOptions, 'schema'> & { readonly schema: Schema },
  handler: WebhookHandler<SchemaOutput<Schema>>,
): NextApiHandler & Mounted;
export function webhook(options: WebhookOptions, handler: WebhookHandler): NextApiHandler & Mounted;
export function webhook(options: WebhookOptions, handler: WebhookHandler): NextApiHandler & Mounted {
  const receiver = createReceiver(options, { secretsAtFirstDelivery: true });
  if (typeof handler !== 'function')
    throw new ConfigurationError('invalid-option', 'handler', 'give a function: (delivery, req, res) => …');
  const guarded: NextApiHandler = (req, res) =>
    handleNode(receiver, req, res, (delivery) => handler(delivery, req, res), { remedy: REMEDY });
  return Object.assign(guarded, { close: receiver.close, secrets: receiver.secrets });
}
