import { type Allowlist, allowlist } from './address/allowlist.ts';
import type { ClaimStore } from './claims/contract.ts';
import { memoryStore } from './claims/memory-store.ts';
import { ConfigurationError } from './errors.ts';
import type { Tolerance } from './freshness.ts';
import { createWarn, type Warn } from './host.ts';
import { optionalFunction, plainName, positiveInteger, refuseUnknownOptions } from './options.ts';
import { compileWindow } from './scheme/define-provider.ts';
import { prepareSecrets, type Secrets, type SecretsReader } from './secrets.ts';
import type { Field, Provider, SettledRecord, StandardSchema, VerdictRecord } from './types.ts';

/** What `verify` needs, and every receiver takes. */
export interface VerificationOptions<Event = unknown> {
  /** Who sends: `liasonpay()`, `stripe()`, or what `defineProvider` made. */
  readonly provider: Provider;
  /** The signing secret, several during a rotation, or `fromEnv('NAME')`. */
  readonly secrets: Secrets;
  /** The window for the signed time, whole seconds, both ends included: one number for both sides, or `{ past, future }`. Default: the provider's. */
  readonly toleranceSeconds?: number | Tolerance | undefined;
  /** The longest body, bytes. Default: the provider's, mostly 1 MiB (1,048,576). */
  readonly maxBodyBytes?: number | undefined;
  /** A Standard Schema (Zod, Valibot, …) for the JSON body; `delivery.event` is what it makes of it. */
  readonly schema?: StandardSchema<Event> | undefined;
}

/** Options of a receiver, and of every framework's `webhook(options, handler)`. */
export interface ReceiverOptions<Event = unknown> extends VerificationOptions<Event> {
  /** A name for this endpoint, in records and claim keys. Default: the provider's name. Two endpoints that share a store and a provider need two names. */
  readonly endpoint?: string | undefined;
  /** How long a body may take to arrive, milliseconds. Default 10,000. */
  readonly bodyTimeoutMs?: number | undefined;
  /** The most body bytes this receiver holds at once, over all deliveries. Default 268,435,456 (256 MiB), or twice `maxBodyBytes` if that is more; never less than `maxBodyBytes`. Beyond it: 503 `overloaded`. */
  readonly maxHeldBytes?: number | undefined;
  /** Addresses and CIDR ranges the peer must be in, beside the signature. Default: any. */
  readonly allow?: readonly string[] | undefined;
  /** Where claims are kept. Default: a `memoryStore()` of this receiver's own, which one process is safe with. */
  readonly store?: ClaimStore | undefined;
  /** Where the event id stands in the signed JSON body (`'id'`, `'data.id'`), for senders whose data names none. Never an object's id: one object has many events. */
  readonly eventId?: string | undefined;
  /** For how many hours a finished event is remembered. Default: the provider's retry horizon; never less than the replay window. */
  readonly keepHours?: number | undefined;
  /** How long the handler may take, milliseconds. Default 30,000. */
  readonly handlerTimeoutMs?: number | undefined;
  /** The clock, milliseconds since 1970. Default `Date.now`. Read once a delivery. */
  readonly now?: (() => number) | undefined;
  /** Told of every verdict. What it throws is ignored. */
  readonly onVerdict?: ((record: VerdictRecord) => void) | undefined;
  /** Told how every run of the handler ended. What it throws is ignored. */
  readonly onSettled?: ((record: SettledRecord) => void) | undefined;
}

/** What the host of a receiver asks for. */
export interface ReceiverTraits {
  /** Reads `fromEnv(…)` at the first delivery and not at construction: for hosts that import route files where no secrets are. A secret that is then refused answers 500 `misconfigured`. Default: at construction. */
  readonly secretsAtFirstDelivery?: boolean;
  /** Names of options that the adapter reads by itself: they are not unknown here. Default: none. */
  readonly ownOptions?: readonly string[];
}

/** The part of the configuration that judging one capture needs. */
export interface VerificationConfig<Event> {
  readonly provider: Provider;
  readonly secrets: SecretsReader;
  readonly tolerance: Tolerance | undefined;
  readonly maxBodyBytes: number;
  readonly schema: StandardSchema<Event> | undefined;
  readonly eventId: Field | undefined;
  readonly allow?: Allowlist | undefined;
}

/** Options, checked and compiled once. */
export interface ReceiverConfig<Event> extends VerificationConfig<Event> {
  readonly endpoint: string;
  readonly bodyTimeoutMs: number;
  readonly maxHeldBytes: number;
  readonly store: ClaimStore;
  readonly keepMs: number;
  readonly handlerTimeoutMs: number;
  readonly now: () => number;
  readonly warn: Warn;
  readonly onVerdict: ((record: VerdictRecord) => void) | undefined;
  readonly onSettled: ((record: SettledRecord) => void) | undefined;
}

/** The names `verify` knows; a receiver knows more. */
export const VERIFICATION_OPTIONS = ['provider', 'secrets', 'toleranceSeconds', 'maxBodyBytes', 'schema'] as const;

const RECEIVER_OPTIONS = [
  ...VERIFICATION_OPTIONS,
  'endpoint',
  'bodyTimeoutMs',
  'maxHeldBytes',
  'allow',
  'store',
  'eventId',
  'keepHours',
  'handlerTimeoutMs',
  'now',
  'onVerdict',
  'onSettled',
] as const;

/** After the handler's deadline its claim is safe for so long: the settlement itself takes time. */
export const LEASE_GRACE_MS = 5_000;

/** Checks what `verify` and a receiver have in common. */
export function compileVerification<Event>(
  options: VerificationOptions<Event>,
  warn: Warn,
  eventId?: string,
  { secretsAtFirstDelivery = false }: ReceiverTraits = {},
): VerificationConfig<Event> {
  const provider = options.provider as Provider | undefined;
  if (typeof provider !== 'object' || typeof provider?.scheme?.readProof !== 'function') {
    const hint = typeof provider === 'function' ? ' A provider is called: `stripe()`, not `stripe`.' : '';
    throw new ConfigurationError(
      provider === undefined ? 'missing-option' : 'invalid-option',
      'provider',
      `give a provider, such as stripe() or what defineProvider returns.${hint}`,
    );
  }
  const { schema } = options;
  if (schema !== undefined && typeof schema?.['~standard']?.validate !== 'function') {
    throw new ConfigurationError(
      'invalid-option',
      'schema',
      'give a Standard Schema (version 1): Zod 3.24 and later, Valibot, ArkType and others are.',
    );
  }
  return {
    provider,
    secrets: prepareSecrets(options.secrets, provider.scheme, warn, secretsAtFirstDelivery),
    tolerance: compileWindow(options.toleranceSeconds, provider.scheme, provider.tolerance),
    maxBodyBytes: positiveInteger(options.maxBodyBytes, 'maxBodyBytes', 'bytes', provider.maxBodyBytes),
    schema,
    eventId: eventId === undefined ? provider.eventId : compileEventId(eventId, provider),
  };
}

/** Checks every option of a receiver. @throws ConfigurationError by the option's name, with the remedy */
export function compileReceiver<Event>(
  options: ReceiverOptions<Event>,
  traits: ReceiverTraits = {},
): ReceiverConfig<Event> {
  refuseUnknownOptions(options, [...RECEIVER_OPTIONS, ...(traits.ownOptions ?? [])], 'options');
  for (const hook of ['now', 'onVerdict', 'onSettled'] as const) optionalFunction(options[hook], hook);
  const now = options.now === undefined ? Date.now : steadyClock(options.now);
  const warn = createWarn(now);
  const verification = compileVerification(options, warn, options.eventId, traits);
  const { provider, tolerance, maxBodyBytes } = verification;
  const replayMs = replayWindow(tolerance);
  const store = options.store ?? memoryStore({ now, replayWindowMs: Math.max(1_200_000, replayMs) });
  for (const method of ['claim', 'complete', 'release'] as const) {
    if (typeof store?.[method] !== 'function')
      throw new ConfigurationError('invalid-option', 'store', `give a claim store: this has no ${method}().`);
  }
  const handlerTimeoutMs = positiveInteger(
    options.handlerTimeoutMs,
    'handlerTimeoutMs',
    'milliseconds',
    30_000,
    2_147_483_647,
  );
  const keepHours = positiveInteger(options.keepHours, 'keepHours', 'hours', provider.retryHours, 8760);
  return {
    ...verification,
    endpoint: options.endpoint === undefined ? provider.name : plainName(options.endpoint, 'endpoint'),
    bodyTimeoutMs: positiveInteger(options.bodyTimeoutMs, 'bodyTimeoutMs', 'milliseconds', 10_000, 2_147_483_647),
    maxHeldBytes: compileHeldBytes(options.maxHeldBytes, maxBodyBytes),
    allow: options.allow === undefined ? undefined : allowlist(options.allow),
    store,
    // Never less than a run may take: an event that is forgotten while it runs would run beside itself.
    keepMs: Math.max(keepHours * 3_600_000, replayMs, handlerTimeoutMs + LEASE_GRACE_MS),
    handlerTimeoutMs,
    now,
    warn,
    onVerdict: options.onVerdict,
    onSettled: options.onSettled,
  };
}

/**
 * For how long a captured delivery could be sent again and still be fresh, milliseconds. One that is signed `future` seconds ahead can be
 * replayed until `past` seconds after that time; the rest is for clocks that disagree.
 */
function replayWindow(tolerance: Tolerance | undefined): number {
  return tolerance === undefined ? 0 : (2 * Math.max(tolerance.past, tolerance.future) + 600) * 1000;
}

function compileEventId(path: unknown, provider: Provider): Field {
  if (typeof path !== 'string' || !/^[\w-]+(?:\.[\w-]+)*$/.test(path)) {
    throw new ConfigurationError(
      'invalid-option',
      'eventId',
      'give the path of the event id in the JSON body: "id", "data.event_id".',
    );
  }
  if (!provider.scheme.signs.body)
    throw new ConfigurationError(
      'invalid-option',
      'eventId',
      'this provider does not sign the body, so nothing in it can identify an event.',
    );
  return { json: path };
}

/** Room for one body at the least, and by default for two. */
function compileHeldBytes(value: unknown, maxBodyBytes: number): number {
  const heldBytes = positiveInteger(value, 'maxHeldBytes', 'bytes', Math.max(268_435_456, 2 * maxBodyBytes));
  if (heldBytes < maxBodyBytes) {
    throw new ConfigurationError(
      'invalid-limit',
      'maxHeldBytes',
      `give at least maxBodyBytes, ${maxBodyBytes}: with less, the longest body could never be read.`,
    );
  }
  return heldBytes;
}

/** A clock of the user's own that gives no number, or throws, is taken for one that has stopped at no time at all: nothing is fresh by it. */
function steadyClock(now: () => unknown): () => number {
  return () => {
    try {
      const time = now();
      return typeof time === 'number' ? time : Number.NaN;
    } catch {
      return Number.NaN;
    }
  };
}
