import { compileSource, type FindSource } from './address/client-address.ts';
import { type Allowed, compileAllow } from './address/sources.ts';
import { leaseMs } from './claims/claim-delivery.ts';
import type { ClaimStore } from './claims/contract.ts';
import { compileStore, compileStoreFailure, storeChecker } from './claims/store-options.ts';
import { type ConfirmStage, compileConfirm } from './confirm/compile-confirm.ts';
import { ConfigurationError } from './errors.ts';
import type { Tolerance } from './freshness.ts';
import { createWarn, type Warn } from './host.ts';
import type { KeyMeans } from './keys/remote-keys.ts';
import { compileObserve, type Observation } from './observe.ts';
import { optionalFunction, plainName, positiveInteger, refuseUnknownOptions } from './options.ts';
import {
  RECEIVER_OPTIONS,
  type ReceiverOptions,
  type ReceiverTraits,
  type VerificationOptions,
} from './receiver-options.ts';
import { compileWindow } from './scheme/define-provider.ts';
import { checkPlainUrl } from './scheme/request-url.ts';
import { coversPlace } from './scheme/scheme.ts';
import { compileSecretsOption, type SecretsReaders } from './secret-life/compile-secrets-option.ts';
import { createSecretWatch, type SecretWatch } from './secret-life/secret-watch.ts';
import { compileSecretStore, type SecretStore } from './secret-store.ts';
import type { SubscriptionConfirmer } from './subscription/confirm-by-url.ts';
import type { Field, Provider, SettledRecord, StandardSchema, VerdictRecord } from './types.ts';

/** A year. */
const MOST_KEEP_HOURS = 8760;

/** The part of the configuration that judging one capture needs. */
export interface VerificationConfig<Event> extends SecretsReaders {
  readonly provider: Provider;
  readonly tolerance: Tolerance | undefined;
  readonly maxBodyBytes: number;
  readonly schema: StandardSchema<Event> | undefined;
  readonly eventId: Field | undefined;
  readonly allow?: Allowed | undefined;
  /** Gives more secrets for one delivery, where they are kept in a store. */
  readonly loadSecrets?: SecretStore['load'];
  /** Keeps a secret that a handshake hands over; `true` where it was expected. */
  readonly saveSecret?: SecretStore['save'] | undefined;
}

/** Options, checked and compiled once. */
export interface ReceiverConfig<Event> extends VerificationConfig<Event> {
  readonly endpoint: string;
  readonly bodyTimeoutMs: number;
  readonly maxHeldBytes: number;
  /** Finds out where a delivery comes from. */
  readonly findSource: FindSource;
  readonly store: ClaimStore;
  readonly watch: SecretWatch;
  /** Asks the store once for settings that would lose claims, and warns of them. */
  readonly checkStore: () => void;
  readonly storeFailure: 'closed' | 'open';
  readonly keepMs: number;
  /** Asks the provider back, where the user wants that. */
  readonly confirm: ConfirmStage | undefined;
  readonly handlerTimeoutMs: number;
  readonly environment: ReceiverOptions['environment'];
  readonly subscription: SubscriptionConfirmer | undefined;
  /** Absent where everything is enforced. */
  readonly observation: Observation | undefined;
  readonly now: () => number;
  readonly warn: Warn;
  readonly onVerdict: ((record: VerdictRecord) => void) | undefined;
  readonly onSettled: ((record: SettledRecord) => void) | undefined;
}

/** Checks what `verify` and a receiver have in common. */
export function compileVerification<Event>(
  options: VerificationOptions<Event>,
  warn: Warn,
  eventId?: string,
  {
    secretsAtFirstDelivery = false,
    keepsSecrets = false,
    watch,
  }: ReceiverTraits & { readonly keepsSecrets?: boolean; readonly watch?: SecretWatch } = {},
  means?: Omit<KeyMeans, 'importKey'>,
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
    ...compileSecretsOption(options.secrets, { provider, warn, secretsAtFirstDelivery, keepsSecrets, means, watch }),
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
  for (const hook of ['now', 'onVerdict', 'onSettled', 'onSecret', 'outbound'] as const)
    optionalFunction(options[hook], hook);
  const now = options.now === undefined ? Date.now : steadyClock(options.now);
  const warn = createWarn(now);
  const { save: saveSecret, load: loadSecrets } = compileSecretStore(options.secretStore);
  // Ages are told by a clock that nobody sets, unless the user has one of their own.
  const clock = options.now === undefined ? () => performance.now() : now;
  const watch = createSecretWatch({ hook: options.onSecret, registry: options.secretRegistry, warn, now });
  const compiling = { ...traits, keepsSecrets: options.secretStore !== undefined, watch };
  const verification = compileVerification(options, warn, options.eventId, compiling, {
    outbound: options.outbound,
    clock,
  });
  const { provider, tolerance, maxBodyBytes } = verification;
  if (provider.scheme.kind === 'none' && options.allow === undefined && options.confirm === undefined)
    throw new ConfigurationError(
      'missing-option',
      'allow',
      `${provider.name} proves nothing, so anybody can write its deliveries: give confirm, which asks it back, or the addresses it sends from.`,
    );
  const rangeMeans = {
    provider,
    outbound: options.outbound,
    clock,
    warn: (message: string) => warn('POSTERN_RANGES', message, 'from-the-providers-own-addresses'),
  };
  const replayMs = replayWindow(tolerance);
  const store = compileStore(options.store, options.now === undefined ? undefined : now, replayMs);
  const handlerTimeoutMs = positiveInteger(
    options.handlerTimeoutMs,
    'handlerTimeoutMs',
    'milliseconds',
    30_000,
    2_147_483_647,
  );
  // A notice that proves nothing never grows too old: whoever knows a paid order can write it anew, and the provider confirms it each time.
  const horizon = options.confirm === undefined ? provider.retryHours : MOST_KEEP_HOURS;
  const keepHours = positiveInteger(options.keepHours, 'keepHours', 'hours', horizon, MOST_KEEP_HOURS);
  const endpoint = options.endpoint === undefined ? provider.name : plainName(options.endpoint, 'endpoint');
  const { secretsAtFirstDelivery = false, peerIsTold = false } = traits;
  checkPlainUrl(provider.scheme.publicUrl, { endpoint, environment: options.environment, warn });
  watch.name({ provider: provider.name, endpoint, horizonMs: provider.retryHours * 3_600_000 });
  return {
    ...verification,
    watch,
    saveSecret,
    loadSecrets,
    endpoint,
    confirm: compileConfirm(options, { provider, endpoint, now, outbound: options.outbound, secretsAtFirstDelivery }),
    bodyTimeoutMs: positiveInteger(options.bodyTimeoutMs, 'bodyTimeoutMs', 'milliseconds', 10_000, 2_147_483_647),
    maxHeldBytes: compileHeldBytes(options.maxHeldBytes, maxBodyBytes),
    allow: options.allow === undefined ? undefined : compileAllow(options.allow, rangeMeans, now),
    findSource: compileSource(options, { endpoint, warn, now, judged: options.allow !== undefined, peerIsTold }),
    store,
    checkStore: storeChecker(store, warn),
    storeFailure: compileStoreFailure(options.storeFailure),
    // Never less than a run may take: an event that is forgotten while it runs would run beside itself.
    keepMs: Math.max(keepHours * 3_600_000, replayMs, leaseMs({ handlerTimeoutMs })),
    handlerTimeoutMs,
    environment: options.environment,
    subscription: provider.subscription?.open(options.outbound),
    observation: compileObserve(options.observe, { endpoint, now, warn }),
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
  if (!coversPlace(provider.scheme, { json: path }))
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
