import { ConfigurationError } from '../errors.ts';
import { compileTolerance, type Tolerance } from '../freshness.ts';
import { positiveInteger, refuseUnknownOptions } from '../options.ts';
import type { Reason } from '../reasons.ts';
import { isReason, REASON_STATUS } from '../reasons.ts';
import type { Acknowledgement, Field, Provider } from '../types.ts';
import type { Scheme } from './scheme.ts';

/** A provider, as it is written down. */
export interface ProviderData {
  /** Lower-case words joined by hyphens. */
  readonly name: string;
  /** The vendor's page on verifying its webhooks. */
  readonly docs?: string;
  readonly scheme: Scheme;
  /** The window for the signed time, seconds; needed where the scheme signs one, refused where it does not. */
  readonly toleranceSeconds?: number | Tolerance;
  /** Default `['POST']`. */
  readonly methods?: readonly string[];
  /** Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** For how many hours the sender may repeat a delivery. Default 72. */
  readonly retryHours?: number;
  /** Where the event id stands: the scheme's signed header, or a path in the signed JSON body. Default: the scheme's signed id, if it has one. */
  readonly eventId?: Field;
  readonly eventType?: Field;
  /** Default: 200 with an empty body. */
  readonly acknowledgement?: Acknowledgement;
  /** Statuses this sender demands in place of the usual ones. A refusal is never 2xx or 3xx. */
  readonly statuses?: Partial<Record<Reason, number>>;
}

const KNOWN = [
  'name',
  'docs',
  'scheme',
  'toleranceSeconds',
  'methods',
  'maxBodyBytes',
  'retryHours',
  'eventId',
  'eventType',
  'acknowledgement',
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
    tolerance: compileWindow(data.toleranceSeconds, scheme),
    methods: compileMethods(data.methods),
    maxBodyBytes: positiveInteger(data.maxBodyBytes, 'provider.maxBodyBytes', 'bytes', 1_048_576),
    retryHours: positiveInteger(data.retryHours, 'provider.retryHours', 'hours', 72, 8760),
    eventId: compileEventId(data.eventId, scheme),
    eventType: data.eventType && compileField(data.eventType, 'provider.eventType'),
    acknowledgement: compileAcknowledgement(data.acknowledgement),
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
  if ('header' in compiled && compiled.header !== scheme.idHeader)
    throw invalid('provider.eventId', 'this header is not signed, so it cannot identify an event.');
  if ('json' in compiled && !scheme.signs.body)
    throw invalid('provider.eventId', 'the body is not signed, so nothing in it can identify an event.');
  return compiled;
}

function compileField(field: Field, option: string): Field {
  refuseUnknownOptions(field, ['header', 'json'], option);
  if ('header' in field && typeof field.header === 'string' && /^[\w!#$%&'*+.^`|~-]+$/.test(field.header))
    return Object.freeze({ header: field.header.toLowerCase() });
  if ('json' in field && typeof field.json === 'string' && /^[\w-]+(?:\.[\w-]+)*$/.test(field.json))
    return Object.freeze({ json: field.json });
  throw invalid(option, 'give { header: "name" } or { json: "path.of.keys" }.');
}

function compileAcknowledgement(value: Acknowledgement | undefined): Acknowledgement {
  if (value === undefined) return Object.freeze({ status: 200 });
  refuseUnknownOptions(value, ['status', 'contentType', 'body'], 'provider.acknowledgement');
  if (!Number.isInteger(value.status) || value.status < 200 || value.status > 299)
    throw invalid('provider.acknowledgement.status', 'give a 2xx status.');
  if (value.body !== undefined && typeof value.body !== 'string')
    throw invalid('provider.acknowledgement.body', 'give text.');
  // Node refuses to write such a header, and would do so when the event has been committed.
  if (
    value.contentType !== undefined &&
    (typeof value.contentType !== 'string' || !/^[\x20-\x7e]+$/.test(value.contentType))
  )
    throw invalid('provider.acknowledgement.contentType', 'give visible ASCII text.');
  return Object.freeze({ ...value });
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
