import type { ClientAddressHeader, ProxyOptions } from './lib/address/client-address.ts';
import type { TrustedProxies } from './lib/address/trusted-proxies.ts';
import { ConfigurationError } from './lib/errors.ts';
import type { Mounted } from './lib/exchange.ts';
import { fetchExchange } from './lib/fetch/exchange.ts';
import { canBeSent, discard, isResponse, toResponse } from './lib/fetch/response.ts';
import { hush } from './lib/hush.ts';
import { optionalFunction } from './lib/options.ts';
import { createReceiver, runHandler } from './lib/receiver.ts';
import type { ReceiverOptions } from './lib/receiver-options.ts';
import type { Delivery, SchemaOutput, StandardSchema } from './lib/types.ts';
import { isSuccess } from './lib/verdict.ts';

export {
  fromLambdaEvent,
  type LambdaEvent,
  type LambdaResult,
  lambdaClientAddress,
  toLambdaResult,
} from './lib/fetch/lambda.ts';

/**
 * Tells the peer's address from what the host knows; `undefined` where it is not known, which an allowlist refuses. With `trustProxy` the peer
 * is the proxy: a host that only a proxy can reach may name it in so many words, `() => '127.0.0.1'`.
 */
export type ClientAddress<Context extends readonly unknown[]> = (
  request: Request,
  ...context: Context
) => string | undefined;

/** A `Request` has no socket, so `allow` and `trustProxy` need a function that tells the peer's address. */
export type Placement<Context extends readonly unknown[]> =
  | {
      readonly allow?: undefined;
      readonly trustProxy?: 'none' | undefined;
      readonly clientAddressHeader?: undefined;
      readonly clientAddress?: ClientAddress<Context> | undefined;
    }
  | {
      /** Addresses and CIDR ranges the client must be in, beside the signature. Default: any. */
      readonly allow?: ReceiverOptions['allow'];
      /** Whose word is taken for the client's address. A `Request` shows repeated header lines as one list, joined by commas. Default: `'none'`. */
      readonly trustProxy?: TrustedProxies | undefined;
      /** The one header that is read, and only from a trusted peer. Default: `'x-forwarded-for'`. */
      readonly clientAddressHeader?: ClientAddressHeader | undefined;
      /** Tells the peer's address from what the host vouches for. A header that anyone can send proves nothing. */
      readonly clientAddress: ClientAddress<Context>;
    };

/** The options of a receiver that `Placement` says anew. */
export type PlacedOptions = 'allow' | keyof ProxyOptions;

/** Options of `webhook`: those of a receiver, and `clientAddress` beside `allow`. */
export type WebhookOptions<Event = unknown, Context extends readonly unknown[] = readonly unknown[]> = Omit<
  ReceiverOptions<Event>,
  PlacedOptions
> &
  Placement<Context>;

/**
 * Runs for genuine deliveries only. `request` has been read: the bytes are in `delivery`. What the host gave beside the request follows it.
 * Returning nothing answers with the provider's acknowledgement; throwing, or a status other than 2xx, makes the sender try again.
 */
export type WebhookHandler<Event = unknown, Context extends readonly unknown[] = readonly unknown[]> = (
  delivery: Delivery<Event>,
  request: Request,
  ...context: Context
) => HandlerResult | Promise<HandlerResult>;

// biome-ignore lint/suspicious/noConfusingVoidType: most handlers return nothing, and TypeScript calls what an async one returns void.
type HandlerResult = Response | undefined | void;

/** A guarded request handler. It rejects only where it was given something else than a `Request`, with a `ConfigurationError`. */
export type FetchHandler<Context extends readonly unknown[] = readonly unknown[]> = (
  request: Request,
  ...context: Context
) => Promise<Response>;

/**
 * Guards whatever speaks the Fetch API: Hono, `Bun.serve`, `Deno.serve`, Workers, route handlers: `const handle = webhook(options, handler)`.
 *
 * The handler runs for genuine, fresh deliveries that were not handled before. Return a promise that ends when the work is done:
 * the event is committed and acknowledged then. It may also return a `Response`; a 2xx leaves only after the commit.
 *
 * `fromEnv` is read at the first delivery: builds and global scopes have neither secrets nor randomness. Everything else is checked now.
 *
 * `close()` drains it: for servers that are told to stop.
 *
 * @throws ConfigurationError for options that could not work
 */
export function webhook<Schema extends StandardSchema, Context extends readonly unknown[] = readonly unknown[]>(
  options: Omit<ReceiverOptions, PlacedOptions | 'schema'> & { readonly schema: Schema } & Placement<Context>,
  handler: WebhookHandler<SchemaOutput<Schema>, Context>,
): FetchHandler<Context> & Mounted;
export function webhook<Context extends readonly unknown[] = readonly unknown[]>(
  options: WebhookOptions<unknown, Context>,
  handler: WebhookHandler<unknown, Context>,
): FetchHandler<Context> & Mounted;
export function webhook<Context extends readonly unknown[]>(
  options: WebhookOptions<unknown, Context>,
  handler: WebhookHandler<unknown, Context>,
): FetchHandler<Context> & Mounted {
  const receiver = createReceiver(options, {
    secretsAtFirstDelivery: true,
    ownOptions: ['clientAddress'],
    peerIsTold: true,
  });
  const { allow, trustProxy = 'none', clientAddress } = options;
  optionalFunction(clientAddress, 'clientAddress');
  if ((allow !== undefined || trustProxy !== 'none') && clientAddress === undefined)
    throw new ConfigurationError(
      'missing-option',
      'clientAddress',
      'allow and trustProxy need it here, since a Request has no socket: give a function that takes the address from what your host vouches for. A header that anyone can send proves nothing.',
    );
  if (typeof handler !== 'function')
    throw new ConfigurationError('invalid-option', 'handler', 'give a function: (delivery, request) => …');

  const guarded = async (request: Request, ...context: Context) => {
    refuseOtherThings(request);
    const exchange = fetchExchange(request, addressOf(clientAddress, request, context));
    const reception = await receiver.receive(exchange);
    if (reception.outcome !== 'accepted') return toResponse(reception.answer, exchange.mustClose());
    const { delivery, run } = reception;
    let own: Response | undefined;
    let answered = false;
    void runHandler(async () => {
      const returned: unknown = await handler(delivery, request, ...context);
      if (!isResponse(returned)) return;
      if (answered) discard(returned);
      else own = returned;
      if (!isSuccess(returned.status)) await run.fail(new Error(`The handler answered ${returned.status}.`));
    }, run);
    const answer = await run.answer;
    answered = true;
    // The handler's own answer goes out if it says what was settled. A success that could not be committed, or a failure after acknowledge(), does not.
    if (own !== undefined && canBeSent(own) && isSuccess(own.status) === isSuccess(answer.status)) return own;
    if (own !== undefined) discard(own);
    return toResponse(answer, exchange.mustClose());
  };
  return Object.assign(guarded, { close: receiver.close, secrets: receiver.secrets });
}

/** Frameworks pass objects of their own, and some of those look like a request from afar. */
function refuseOtherThings(request: unknown): asserts request is Request {
  const { url, method, headers } = Object(request) as Partial<Request>;
  if (typeof url !== 'string' || typeof method !== 'string' || typeof headers?.get !== 'function')
    throw new ConfigurationError(
      'invalid-option',
      'request',
      'give the guard the Web Request itself: handle(c.req.raw) in Hono, handle(event.request) where there is an event.',
    );
}

/** A function of the user's own that throws, or gives no text, does not know the address: an allowlist then refuses. */
function addressOf<Context extends readonly unknown[]>(
  clientAddress: ClientAddress<Context> | undefined,
  request: Request,
  context: Context,
): string | undefined {
  try {
    const address: unknown = clientAddress?.(request, ...context);
    // A promise is too late to be an address; its rejection must not end the process.
    hush(address);
    return typeof address === 'string' ? address : undefined;
  } catch {
    return undefined;
  }
}
