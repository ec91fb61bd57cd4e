import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConfigurationError } from './lib/errors.ts';
import type { Mounted, Receiver } from './lib/exchange.ts';
import { discard, isResponse } from './lib/fetch/response.ts';
import { type NodeTraits, nodeExchange } from './lib/node/exchange.ts';
import type { NodeRequest } from './lib/node/request.ts';
import { holdResponse, watchResponse } from './lib/node/response.ts';
import { writeAnswer } from './lib/node/write-answer.ts';
import { createReceiver, runHandler } from './lib/receiver.ts';
import type { ReceiverOptions } from './lib/receiver-options.ts';
import type { Delivery, SchemaOutput, StandardSchema } from './lib/types.ts';
import { isSuccess } from './lib/verdict.ts';

export { type HardenServerOptions, hardenServer } from './lib/node/harden-server.ts';
export type { NodeRequest, NodeTraits };

/** Options of `webhook`: those of a receiver. */
export type WebhookOptions<Event = unknown> = ReceiverOptions<Event>;

/** Runs for genuine deliveries only. Returning answers with the provider's acknowledgement; throwing, or a status other than 2xx, makes the sender try again. */
export type WebhookHandler<Event = unknown> = (
  delivery: Delivery<Event>,
  request: NodeRequest,
  response: ServerResponse,
) => unknown;

/** A guarded listener for `node:http`, and for whatever hands on Node's own request and response. It never rejects. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Guards a plain Node server, Koa (`ctx.req`, `ctx.res`), NestJS and others that show Node's request and response:
 * `const handle = webhook(options, handler)`, then `await handle(request, response)` where the path is right.
 *
 * The handler runs for genuine, fresh deliveries that were not handled before. Return a promise that ends when the work is done:
 * the event is committed and acknowledged then. It may also answer by itself; a 2xx leaves only after the commit.
 *
 * `close()` drains it, for SIGTERM.
 *
 * @throws ConfigurationError at start-up, for options that could not work
 */
export function webhook<Schema extends StandardSchema>(
  options: Omit<WebhookOptions, 'schema'> & { readonly schema: Schema },
  handler: WebhookHandler<SchemaOutput<Schema>>,
): NodeListener & Mounted;
export function webhook(options: WebhookOptions, handler: WebhookHandler): NodeListener & Mounted;
export function webhook(options: WebhookOptions, handler: WebhookHandler): NodeListener & Mounted {
  const receiver = createReceiver(options);
  if (typeof handler !== 'function')
    throw new ConfigurationError('invalid-option', 'handler', 'give a function: (delivery, request, response) => …');
  const listener = (request: IncomingMessage, response: ServerResponse) =>
    handleNode(receiver, request, response, (delivery) => handler(delivery, request, response));
  return Object.assign(listener, { close: receiver.close, secrets: receiver.secrets });
}

/**
 * The handler form: judges a request, runs the handler for a genuine one, and answers.
 *
 * What the handler writes to `response` is held back until its claim is committed, so that no 2xx leaves over an uncommitted one;
 * when it writes nothing, the provider's acknowledgement is sent. Never rejects.
 */
export async function handleNode<Event>(
  receiver: Receiver<Event>,
  request: NodeRequest,
  response: ServerResponse,
  handler: (delivery: Delivery<Event>) => unknown,
  traits?: NodeTraits,
): Promise<void> {
  const reception = await receiver.receive(nodeExchange(request, response, traits));
  if (reception.outcome !== 'accepted') return writeAnswer(request, response, reception.answer);
  const { delivery, run } = reception;
  const held = holdResponse(response, (status) => (isSuccess(status) ? run.succeed() : run.fail()));
  // As at the deadline: what the handler answers after it has settled its run by hand must not overtake the answer that follows.
  const settledByHand = closingEarly(delivery, held.close);
  void runHandler(async () => {
    const returned = await handler(settledByHand);
    // It is not sent here, and its status is believed all the same: taken for nothing, a failure that was carried over from the fetch
    // form, or that a fetch of the handler's met with, would be acknowledged.
    if (isResponse(returned)) {
      discard(returned);
      if (!isSuccess(returned.status)) throw new Error(`The handler returned a Response of status ${returned.status}.`);
    }
    // A failure that was begun and never ended is one all the same.
    if (held.unfinished && held.status !== undefined && !isSuccess(held.status))
      await run.fail(new Error(`The handler answered ${held.status}.`));
  }, run);
  const answer = await run.answer;
  // The handler's own answer goes out if it says what was settled. A success that could not be committed, or a failure after acknowledge(), does not.
  if (held.status !== undefined && isSuccess(held.status) === isSuccess(answer.status)) held.letGo();
  else held.replace(() => writeAnswer(request, response, answer));
}

/**
 * The middleware form: judges a request; resolves to the delivery of a genuine one, and answers every other.
 *
 * The claim is committed when the response has been sent with a 2xx, and given back for any other status. A crash between the two
 * lets a repeat run once more, and loses nothing. Never rejects.
 */
export async function guardNode<Event>(
  receiver: Receiver<Event>,
  request: NodeRequest,
  response: ServerResponse,
  traits?: NodeTraits,
): Promise<Delivery<Event> | undefined> {
  const reception = await receiver.receive(nodeExchange(request, response, traits));
  if (reception.outcome !== 'accepted') {
    writeAnswer(request, response, reception.answer);
    return undefined;
  }
  const { delivery, run } = reception;
  // Later body parsers find nothing left to read: told so, they pass by instead of waiting for ever.
  request._body = true;
  const watched = watchResponse(
    response,
    (status) => void (isSuccess(status) ? run.succeed() : run.fail(new Error(`The route answered ${status}.`))),
    (why) => void run.fail(new Error(why)),
  );
  // The deadline, acknowledge() and fail() answer in place of a response that has not begun. The route runs on: should it fail after
  // that, its framework cuts the connection, so no other delivery may be on it.
  void run.answer.then((answer) =>
    watched.replace(() => {
      if (request.httpVersionMajor < 2) response.setHeader('connection', 'close');
      writeAnswer(request, response, answer);
    }),
  );
  delivery.signal.addEventListener('abort', watched.close, { once: true });
  return closingEarly(delivery, watched.close);
}

/** The same delivery, but `acknowledge()` and `fail()` also close the response at once: what is answered after them must not overtake the answer they get. */
function closingEarly<Event>(delivery: Delivery<Event>, close: () => void): Delivery<Event> {
  const settlers: Pick<Delivery, 'acknowledge' | 'fail'> = {
    acknowledge() {
      delivery.acknowledge();
      close();
    },
    fail(error) {
      delivery.fail(error);
      close();
    },
  };
  // By descriptor: what stands in the body is read by getters, when somebody asks.
  const descriptors = { ...Object.getOwnPropertyDescriptors(delivery), ...Object.getOwnPropertyDescriptors(settlers) };
  return Object.freeze(Object.defineProperties({}, descriptors) as Delivery<Event>);
}

/**
 * Keeps the raw bytes beside a body parser: `express.json({ verify: keepRawBody })`. The guard then verifies those bytes.
 */
export function keepRawBody(request: IncomingMessage, _response: unknown, bytes: Uint8Array): void {
  (request as NodeRequest).rawBody = bytes;
}
