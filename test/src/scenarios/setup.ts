import { isConfigurationError, type Provider, type ReceiverOptions } from '@postern/core';
import { findProvider } from '../../../packages/cli/src/known-providers.ts';
import { Misuse } from '../../../packages/cli/src/misuse.ts';
import type { Scenario } from './scenario.ts';

/** What every process of a scenario is told, as JSON. */
export interface Setup {
  readonly provider: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Receiver options that are plain data. */
  readonly options: Pick<
    ReceiverOptions,
    'storeFailure' | 'endpoint' | 'eventId' | 'keepHours' | 'toleranceSeconds' | 'handlerTimeoutMs'
  >;
  readonly lease: Lease;
  /** The scenario's last time, milliseconds since 1970: what is forgotten by then must be forgotten in truth. */
  readonly lastMs: number;
  /** Whose every secret is that does not say so itself. */
  readonly tenant?: string | undefined;
  /** The memory store's bound, where the scenario sets one. */
  readonly maxEntries?: number | undefined;
  /** True where each process keeps its own claims in its memory. */
  readonly ownMemory: boolean;
}

/** A lease on the scenario's clock, and what it is shrunk to where it is really waited for. */
export interface Lease {
  readonly nominalMs: number;
  readonly realMs: number;
}

/** A scenario's processes, and how fast its handlers' time goes by. */
export interface Configured {
  readonly setup: Setup;
  /** A handler's milliseconds are multiplied with this: nobody waits half an hour for a handler that hangs. */
  readonly handlerPace: number;
  /** Keys of `config` that nothing here knows. */
  readonly ignored: readonly string[];
}

/** The longest that a handler is really let hang, milliseconds. */
const LONGEST_HANG_MS = 2_000;
/** The shortest lease that is really waited for: the steps within it must have time to be played. */
const SHORTEST_LEASE_MS = 1_200;
/** `handlerTimeoutMs` unless the scenario sets it. */
const HANDLER_TIMEOUT_MS = 30_000;
/** What core adds to the handler's deadline for its lease. */
const LEASE_GRACE_MS = 5_000;

/** The names of `config` that mean something here; `store` says what was assumed, and `--store` decides. */
const KNOWN = [
  'store',
  'leaseSeconds',
  'eventId',
  'idempotencyHours',
  'keepHours',
  'toleranceSeconds',
  'pastToleranceSeconds',
  'futureToleranceSeconds',
  'handlerTimeoutSeconds',
  'handlerTimeoutMs',
  'storeFailure',
  'endpoint',
  'tenant',
  'maxEntries',
];

/**
 * Makes receiver options of a scenario's assumptions.
 *
 * @param patience multiplies the real lease: more than 1 after a machine was too slow for it
 * @throws Misuse for an unknown provider, or a value of the wrong kind
 */
export function configure(scenario: Scenario, patience: number): Configured {
  const { config } = scenario;
  const seconds = (name: string) => numberOf(config, name);
  const provider = makeProvider(scenario);
  const leaseSeconds = seconds('leaseSeconds');
  const timeoutMs =
    seconds('handlerTimeoutMs') ??
    inMilliseconds(seconds('handlerTimeoutSeconds')) ??
    // The lease is the deadline and a grace; one too short for that is left to the store's wrapper.
    (leaseSeconds === undefined ? HANDLER_TIMEOUT_MS : Math.max(leaseSeconds * 1000 - LEASE_GRACE_MS, 1_000));
  const longestHang = Math.max(0, ...scenario.steps.map(({ plan }) => (plan.does === 'hang' ? plan.ms : 0)));
  const handlerPace = Math.min(1, LONGEST_HANG_MS / longestHang);
  // With a hang of 2 s the deadline may be one of 1.9: it is kept to the millisecond, as its proportion is.
  const handlerTimeoutMs = Math.ceil(timeoutMs * handlerPace);
  const nominalMs = inMilliseconds(leaseSeconds) ?? timeoutMs + LEASE_GRACE_MS;
  const realMs = Math.ceil(Math.max(SHORTEST_LEASE_MS, longestHang * handlerPace + 1_000) * patience);
  const setup: Setup = {
    provider: scenario.provider,
    settings: scenario.settings,
    options: {
      storeFailure: textOf(config, 'storeFailure') as ReceiverOptions['storeFailure'],
      endpoint: textOf(config, 'endpoint'),
      eventId: textOf(config, 'eventId')?.replace(/^body\./, ''),
      keepHours: seconds('keepHours') ?? seconds('idempotencyHours'),
      toleranceSeconds: toleranceOf(config, provider),
      handlerTimeoutMs,
    },
    lease: { nominalMs, realMs },
    lastMs: Math.max(...scenario.steps.map(({ at }) => at)) * 1000,
    tenant: textOf(config, 'tenant'),
    maxEntries: seconds('maxEntries'),
    ownMemory: config.store === 'memory',
  };
  return { setup, handlerPace, ignored: Object.keys(config).filter((name) => !KNOWN.includes(name)) };
}

/** The provider of a scenario. @throws Misuse when there is none of that name, or its settings could not work */
export function makeProvider({ provider, settings }: Pick<Scenario, 'provider' | 'settings'>): Provider {
  const make = findProvider(provider);
  if (make === undefined) throw new Misuse('provider: this version knows none of that name.');
  try {
    return make(settings);
  } catch (error) {
    if (isConfigurationError(error)) throw new Misuse(`settings: ${error.message}`);
    throw error;
  }
}

/** One side may be given, or both at once; the other is the provider's. */
function toleranceOf(config: Scenario['config'], provider: Provider): ReceiverOptions['toleranceSeconds'] {
  const both = numberOf(config, 'toleranceSeconds');
  const past = numberOf(config, 'pastToleranceSeconds') ?? both ?? provider.tolerance?.past;
  const future = numberOf(config, 'futureToleranceSeconds') ?? both ?? provider.tolerance?.future;
  // A provider that signs no time has neither, and refuses to be given them.
  return past === undefined || future === undefined || provider.tolerance === undefined ? undefined : { past, future };
}

function inMilliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

function numberOf(config: Scenario['config'], name: string): number | undefined {
  const value = config[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !(value >= 0)) throw new Misuse(`config.${name}: give a number.`);
  return value;
}

function textOf(config: Scenario['config'], name: string): string | undefined {
  const value = config[name];
  if (value !== undefined && typeof value !== 'string') throw new Misuse(`config.${name}: give text.`);
  return value;
}
