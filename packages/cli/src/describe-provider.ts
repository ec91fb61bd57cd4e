import type { Acknowledgement, Field, ProofLevel, Provider, PublishedAddresses, Tolerance } from '@postern/core';
import { findProvider, providerNames } from './known-providers.ts';
import { neededSettings } from './needed-settings.ts';

/** What is known of a provider. What is absent is not known, not so, or as it is by default. */
export interface ProviderDescription {
  /** The registered name. */
  readonly name: string;
  readonly kind: string;
  readonly proof?: ProofLevel;
  /** The vendor's page. */
  readonly docs?: string;
  /** The window for the signed time. Absent where no time is signed. */
  readonly toleranceSeconds?: Tolerance;
  /** Where the event id stands. Absent where none is signed. */
  readonly eventId?: Field;
  /** Of several places, the first that has one counts. */
  readonly eventType?: readonly Field[];
  /** What a handler may believe. */
  readonly covers: {
    readonly body: boolean;
    readonly timestamp: boolean;
    readonly id: boolean;
    readonly fields: readonly string[];
  };
  /** What the signature leaves open, in the vendor's words. */
  readonly unsigned: readonly string[];
  /** The headers that it reads, in lower case. */
  readonly headers: readonly string[];
  /** What `secrets` are to it. */
  readonly secrets: Provider['scheme']['secrets'];
  /** For how long it may repeat a delivery. */
  readonly retryHours: number;
  readonly retries?: 'resigned' | 'identical';
  readonly methods: readonly string[];
  readonly maxBodyBytes: number;
  /** Absent: 200 with an empty body. */
  readonly acknowledgement?: Acknowledgement;
  /** What it is told when its delivery is given back. Absent: the generic 503. */
  readonly failure?: NonNullable<Provider['failure']>;
  /** How it asks whether an endpoint wants deliveries, and whether it proves itself first. */
  readonly handshakes?: readonly { readonly method: string; readonly signed: boolean }[];
  readonly statuses?: Provider['statuses'];
  readonly environment?: NonNullable<Provider['environment']>;
  readonly addresses?: PublishedAddresses;
  /** The settings it cannot do without, each with an example. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Describes every registered provider, in the order of their names. */
export function describeProviders(): readonly ProviderDescription[] {
  return providerNames().flatMap((name) => describeProvider(name) ?? []);
}

/** Describes the provider of a registered name, as it is by default; nothing where there is none. */
export function describeProvider(name: string): ProviderDescription | undefined {
  const settings = neededSettings(name);
  const provider = findProvider(name)?.(settings);
  return provider && describe(provider, settings);
}

function describe(provider: Provider, settings: Readonly<Record<string, string>>): ProviderDescription {
  const { scheme, proof, docs, tolerance, eventId, eventType, retries, acknowledgement, statuses } = provider;
  const { failure, handshakes } = provider;
  const { body, timestamp, id, fields } = scheme.signs;
  const isDefault = acknowledgement.status === 200 && Object.keys(acknowledgement).length === 1;
  return {
    name: provider.name,
    kind: scheme.kind,
    ...(proof && { proof }),
    ...(docs && { docs }),
    ...(tolerance && { toleranceSeconds: tolerance }),
    ...(eventId && { eventId }),
    ...(eventType.length > 0 && { eventType }),
    covers: { body, timestamp, id, fields },
    unsigned: provider.unsigned,
    headers: scheme.headers,
    secrets: scheme.secrets,
    retryHours: provider.retryHours,
    ...(retries && { retries }),
    methods: provider.methods,
    maxBodyBytes: provider.maxBodyBytes,
    ...(!isDefault && { acknowledgement }),
    ...(failure && { failure }),
    ...(handshakes.length > 0 && {
      handshakes: handshakes.map(({ method, unsigned }) => ({ method, signed: unsigned !== true })),
    }),
    ...(Object.keys(statuses).length > 0 && { statuses }),
    ...(provider.environment && { environment: provider.environment }),
    ...(provider.addresses && { addresses: provider.addresses }),
    ...(Object.keys(settings).length > 0 && { settings }),
  };
}
