import { allowlist } from '../address/allowlist.ts';
import { compileMarker } from '../environment.ts';
import { ConfigurationError } from '../errors.ts';
import { compileTolerance, type Tolerance } from '../freshness.ts';
import { compileAcknowledgement, compileFailure } from '../handshake/acknowledgement.ts';
import { compileHandshakes, type Handshake } from '../handshake/handshake.ts';
import type { RemoteKeys } from '../keys/remote-keys.ts';
import { positiveInteger, refuseUnknownOptions } from '../options.ts';
import type { Reason } from '../reasons.ts';
import { isReason, REASON_STATUS } from '../reasons.ts';
import type { Subscription } from '../subscription/confirm-by-url.ts';
import type {
  Acknowledgement,
  EnvironmentMarker,
  Failure,
  Field,
  ProofLevel,
  Provider,
  PublishedAddresses,
} from '../types.ts';
import { compileField } from './field.ts';
import { coversPlace, type Scheme } from './scheme.ts';

/** A provider, as it is written down. */
export interface ProviderData {
  /** Lower-case words joined by hyphens. */
  readonly name: string;
  /** The vendor's page on verifying its webhooks. */
  readonly docs?: string;
  readonly scheme: Scheme;
  /** Where the vendor's keys are fetched from: `jwks(…)`, `certificateUrl(…)` or `keyRequest(…)`. Default: keys are given as secrets. */
  readonly remoteKeys?: RemoteKeys;
  /** How a subscription is confirmed: `confirmByUrl(…)`. Default: such deliveries are the handler's. */
  readonly subscription?: Subscription | undefined;
  /** The window for the signed time, seconds; needed where the scheme signs one, refused where it does not. */
  readonly toleranceSeconds?: number | Tolerance;
  /** Default `['POST']`. */
  readonly methods?: readonly string[];
  /** Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** For how many hours the sender may repeat a delivery. Default 72. */
  readonly retryHours?: number;
  /** Whether a retry is signed anew, where the vendor says so. */
  readonly retries?: 'resigned' | 'identical';
  /** How it is shown that this data is right. */
  readonly proof?: ProofLevel;
  /** What the signature leaves open, in the vendor's words: a handler reads it in `delivery.covers.unsigned`. */
  readonly unsigned?: readonly string[];
  /** Where a delivery says which of the two systems sent it, in signed bytes. */
  readonly environment?: EnvironmentMarker;
  readonly addresses?: PublishedAddresses;
  /** Where the event id stands: the scheme's signed header, or a path in the signed JSON body. Default: the scheme's signed id, if it has one. */
  readonly eventId?: Field;
  /** Of several places, for a sender that writes in more than one form, the first that has one counts. */
  readonly eventType?: Field | readonly Field[];
  /** Default: 200 with an empty body. */
  readonly acknowledgement?: Acknowledgement;
  /** What a delivery that is given back is answered with, where the sender has words for it. Default: the generic 503. */
  readonly failure?: Failure;
  /** The questions that this sender asks of an endpoint before it delivers to it. */
  readonly handshake?: Handshake | readonly Handshake[];
  /** Statuses this sender demands in place of the usual ones. A refusal is never 2xx or 3xx. */
  readonly statuses?: Partial<Record<Reason, number>>;
}

const KNOWN = [
  'name',
  'docs',
  'scheme',
  'remoteKeys',
  'subscription',
  'toleranceSeconds',
  'methods',
  'maxBodyBytes',
  'retryHours',
  'retries',
  'proof',
  'unsigned',
  'environment',
  'addresses',
  'eventId',
  'eventType',
  'acknowledgement',
  'failure',
  'handshake',
  'statuses',
] as const;

/**
 * Checks a provider's data and freezes it. The result drives verifying and signing alike.
 *
 * @throws ConfigurationError for data that could never work, by the name of the field
 */
export function defineProvider(data: ProviderData): Provider {
  refuseUnknownOptions(data, KNOWN, 'provider');
  if (typeof data.name !== 'string' || !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(data.name)) {
    throw invalid('provider.name', 'give lower-case words joined by hyphens.');
  }
  const { scheme } = data;
  if (typeof scheme !== 'object' || typeof scheme?.readProof !== 'function')
    throw invalid('provider.scheme', 'give what a kind such as hmac() returns.');
  return Object.freeze<Provider>({
    name: data.name,
    docs: data.docs,
    scheme,
    remoteKeys: data.remoteKeys,
    subscription: data.subscription,
    tolerance: compileWindow(data.toleranceSeconds, scheme),
    methods: compileMethods(data.methods),
    maxBodyBytes: positiveInteger(data.maxBodyBytes, 'provider.maxBodyBytes', 'bytes', 1_048_576),
    retryHours: positiveInteger(data.retryHours, 'provider.retryHours', 'hours', 72, 8760),
    retries: data.retries,
    proof: data.proof,
    unsigned: Object.freeze([...(data.unsigned ?? [])]),
    environment: data.environment && compileMarker(data.environment, scheme),
    addresses: data.addresses && compileAddresses(data.addresses),
    eventId: compileEventId(data.eventId, scheme),
    eventType: Object.freeze([data.eventType ?? []].flat().map((field) => compileField(field, 'provider.eventType'))),
    acknowledgement: compileAcknowledgement(data.acknowledgement),
    failure: compileFailure(data.failure),
    handshakes: compileHandshakes(data.handshake),
    statuses: compileStatuses(data.statuses),
  });
}

function compileMethods(methods: unknown): readonly string[] {
  if (methods === undefined) return Object.freeze(['POST']);
  // Methods are case-sensitive (RFC 9110 §9.1): `post` would refuse every delivery.
  if (
    !Array.isArray(methods) ||
    methods.length === 0 ||
    !methods.every((method) => typeof method === 'string' && /^[A-Z]+$/.test(method))
  )
    throw invalid('provider.methods', 'give a list of methods in capitals: ["POST"].');
  return Object.freeze([...methods]);
}

/** The window in force: the option's, else the provider's. Refused where there is no signed time that it could be held against. */
export function compileWindow(value: unknown, scheme: Scheme, fallback?: Tolerance): Tolerance | undefined {
  if (!scheme.signs.timestamp) {
    if (value === undefined) return undefined;
    throw new ConfigurationError(
      'invalid-tolerance',
      'toleranceSeconds',
      'this provider signs no time, so no tolerance can be kept: replays are refused by the claim store alone. Leave the option out.',
    );
  }
  if (value === undefined && fallback !== undefined) return fallback;
  return Object.freeze(compileTolerance(value, 'toleranceSeconds'));
}

function compileEventId(field: Field | undefined, scheme: Scheme): Field | undefined {
  if (field === undefined)
    return scheme.idHeader === undefined ? undefined : Object.freeze({ header: scheme.idHeader });
  const compiled = compileField(field, 'provider.eventId');
  // An id that is not signed can be changed on a captured delivery, which then counts as another event.
  if (!coversPlace(scheme, compiled))
    throw invalid('provider.eventId', 'what stands there is not signed, so it cannot identify an event.');
  return compiled;
}

function compileAddresses(addresses: PublishedAddresses): PublishedAddresses {
  refuseUnknownOptions(addresses, ['ranges', 'hosts', 'list', 'asOf', 'source'], 'provider.addresses');
  const { ranges, hosts, list, asOf } = addresses;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(asOf) || Number.isNaN(Date.parse(asOf)))
    throw invalid('provider.addresses.asOf', 'give the day on which the list was read.');
  if (!Array.isArray(ranges) || (ranges.length === 0 && hosts === undefined && list === undefined))
    throw invalid('provider.addresses.ranges', 'give the ranges, or the hosts or the list that is published instead.');
  if (ranges.length > 0) allowlist(ranges, 'provider.addresses.ranges');
  return Object.freeze({
    ...addresses,
    ranges: Object.freeze([...ranges]),
    ...(hosts && { hosts: Object.freeze([...hosts]) }),
  });
}

function compileStatuses(
  value: Partial<Record<Reason, number>> | undefined,
): Readonly<Partial<Record<Reason, number>>> {
  for (const [reason, status] of Object.entries(value ?? {})) {
    if (!isReason(reason))
      throw invalid(
        `provider.statuses.${reason}`,
        `there is no such reason. Known: ${Object.keys(REASON_STATUS).join(', ')}.`,
      );
    if (!Number.isInteger(status) || status < 400 || status > 599)
      throw invalid(`provider.statuses.${reason}`, 'give a 4xx or 5xx status.');
  }
  return Object.freeze({ ...value });
}

function invalid(option: string, message: string): ConfigurationError {
  return new ConfigurationError('invalid-provider', option, message);
}
