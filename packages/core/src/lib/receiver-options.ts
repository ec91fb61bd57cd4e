import type { ProxyOptions } from './address/client-address.ts';
import type { AllowEntry, RangeSource } from './address/sources.ts';
import type { ClaimStore } from './claims/contract.ts';
import type { ConfirmingOptions } from './confirm/compile-confirm.ts';
import type { Tolerance } from './freshness.ts';
import type { Observe } from './observe.ts';
import type { Outbound } from './outbound/request.ts';
import type { SecretRegistry } from './secret-life/secret-registry.ts';
import type { SecretRecord } from './secret-life/secret-watch.ts';
import type { SecretFinder, SecretsResolver } from './secret-life/secrets-from.ts';
import type { SecretStore } from './secret-store.ts';
import type { Secrets } from './secrets.ts';
import type { Provider, SettledRecord, StandardSchema, VerdictRecord } from './types.ts';

/** What `verify` needs, and every receiver takes. */
export interface VerificationOptions<Event = unknown> {
  /** Who sends: `liasonpay()`, `stripe()`, or what `defineProvider` made. */
  readonly provider: Provider;
  /**
   * The signing secret, several during a rotation, or `fromEnv('NAME')`. An empty list where a receiver fetches the vendor's keys. A function
   * of the head finds them for each delivery, in a vault or by tenant; `secretsFrom` says for how long its answers count.
   */
  readonly secrets: Secrets | SecretsResolver | SecretFinder;
  /** The window for the signed time, whole seconds, both ends included: one number for both sides, or `{ past, future }`. Default: the provider's. */
  readonly toleranceSeconds?: number | Tolerance | undefined;
  /** The longest body, bytes. Default: the provider's, mostly 1 MiB (1,048,576). */
  readonly maxBodyBytes?: number | undefined;
  /** A Standard Schema (Zod, Valibot, …) for the JSON body; `delivery.event` is what it makes of it. */
  readonly schema?: StandardSchema<Event> | undefined;
}

/** Options of a receiver, and of every framework's `webhook(options, handler)`. */
export interface ReceiverOptions<Event = unknown> extends VerificationOptions<Event>, ConfirmingOptions, ProxyOptions {
  /** A name for this endpoint, in records and claim keys. Default: the provider's name. Two endpoints that share a store and a provider need two names. */
  readonly endpoint?: string | undefined;
  /** How long a body may take to arrive, milliseconds. Default 10,000. */
  readonly bodyTimeoutMs?: number | undefined;
  /** The most body bytes this receiver holds at once, over all deliveries. Default 268,435,456 (256 MiB), or twice `maxBodyBytes` if that is more; never less than `maxBodyBytes`. Beyond it: 503 `overloaded`. */
  readonly maxHeldBytes?: number | undefined;
  /**
   * Addresses and CIDR ranges the client must be in, beside the signature: your own, `'provider'` for those in the provider's data, and what
   * `rangesFrom` and `hostsFrom` of `@postern/core/outbound` fetch. Default: any.
   * The client is the socket's peer, or whom `trustProxy` finds.
   */
  readonly allow?: 'provider' | RangeSource | readonly AllowEntry[] | undefined;
  /** Where claims are kept. Default: a `memoryStore()` of this receiver's own, which one process is safe with. */
  readonly store?: ClaimStore | undefined;
  /**
   * What happens to a genuine delivery when the store fails. `'closed'`, the default: 503, and the sender tries again. `'open'`: it is accepted
   * without a claim (`delivery.claim` is absent), for senders that never try again, where a lost event is worse than one that runs twice.
   */
  readonly storeFailure?: 'closed' | 'open' | undefined;
  /** Where the event id stands in the signed JSON body (`'id'`, `'data.id'`), for senders whose data names none. Never an object's id: one object has many events. */
  readonly eventId?: string | undefined;
  /** Keeps the signing secrets that a provider hands over in a handshake (Asana, Notion), and gives them for its deliveries. With it `secrets` may be an empty list. */
  readonly secretStore?: SecretStore | undefined;
  /** What `secretRegistry()` made, the same for several receivers: a value that two of them have is noticed. Default: one of its own, which notices a value that two tenants have. */
  readonly secretRegistry?: SecretRegistry | undefined;
  /** For how many hours a finished event is remembered. Default: the provider's retry horizon, and with `confirm` 8,760, the most there is; never less than the replay window. */
  readonly keepHours?: number | undefined;
  /** How long the handler may take, milliseconds. Default 30,000. */
  readonly handlerTimeoutMs?: number | undefined;
  /**
   * A roll-out onto an endpoint that takes deliveries already: until this date everything is judged as always, what would be refused is recorded
   * (`enforced: false`), and nothing is refused. Default: everything is enforced.
   */
  readonly observe?: Observe | undefined;
  /** How vendors are asked, where their keys are fetched, a subscription is confirmed or a delivery is: what `createOutbound` of `@postern/core/outbound` made. Default: one of its own. */
  readonly outbound?: Outbound | undefined;
  /** The clock, milliseconds since 1970. Default `Date.now`. Read once a delivery. */
  readonly now?: (() => number) | undefined;
  /** Told of every verdict. What it throws is ignored. */
  readonly onVerdict?: ((record: VerdictRecord) => void) | undefined;
  /** Told how every run of the handler ended. What it throws is ignored. */
  readonly onSettled?: ((record: SettledRecord) => void) | undefined;
  /** Told of what happens to secrets: added, removed, running out, safe to remove. Never of a value. What it throws is ignored. Default: what needs a person is a warning. */
  readonly onSecret?: ((record: SecretRecord) => void) | undefined;
}

/** What the host of a receiver asks for. */
export interface ReceiverTraits {
  /** Reads `fromEnv(…)` at the first delivery and not at construction: for hosts that import route files where no secrets are. A secret that is then refused answers 500 `misconfigured`. Default: at construction. */
  readonly secretsAtFirstDelivery?: boolean;
  /** Names of options that the adapter reads by itself: they are not unknown here. Default: none. */
  readonly ownOptions?: readonly string[];
  /** True where a function of the user's tells the peer's address, since there is no socket. Headers of proxies are everyday there. Default: false. */
  readonly peerIsTold?: boolean;
}

/** The names `verify` knows; a receiver knows more. */
export const VERIFICATION_OPTIONS = ['provider', 'secrets', 'toleranceSeconds', 'maxBodyBytes', 'schema'] as const;

/** The names a receiver knows. */
export const RECEIVER_OPTIONS = [
  ...VERIFICATION_OPTIONS,
  'endpoint',
  'bodyTimeoutMs',
  'maxHeldBytes',
  'allow',
  'trustProxy',
  'clientAddressHeader',
  'store',
  'storeFailure',
  'eventId',
  'secretStore',
  'secretRegistry',
  'keepHours',
  'handlerTimeoutMs',
  'confirm',
  'expected',
  'environment',
  'observe',
  'outbound',
  'now',
  'onVerdict',
  'onSettled',
  'onSecret',
] as const;
