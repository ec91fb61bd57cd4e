import { ConfigurationError } from './errors.ts';
import type { Warn } from './host.ts';
import { hush } from './hush.ts';
import { plainName, refuseUnknownOptions } from './options.ts';
import type { ImportedSecret, Scheme } from './scheme/scheme.ts';

/** A signing secret with a name and, during a rotation, the dates between which it counts. */
export interface SecretEntry {
  /** What records call it. Never the value. */
  readonly id: string;
  readonly value: string;
  /** From when on it counts; a date, or ISO 8601 text. Default: always. */
  readonly notBefore?: Date | string;
  /** Until when it counts, that moment included. Default: for ever. */
  readonly notAfter?: Date | string;
  /** Whose secret it is, where several tenants share one endpoint: `delivery.tenant`, and part of the identity of what it signed. Default: nobody's. */
  readonly tenant?: string;
}

/** Secrets that are looked up when a receiver is made: `fromEnv(…)`. */
export interface SecretSource {
  /** @throws ConfigurationError when they are not there */
  read(): readonly SecretEntry[];
}

/** What the `secrets` option takes: one value, or up to eight of them, any of which may match. */
export type Secrets = string | SecretEntry | SecretSource | readonly (string | SecretEntry | SecretSource)[];

/** A secret, ready to verify. */
export interface CompiledSecret extends ImportedSecret {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly tenant: string | undefined;
}

/** Each secret costs one MAC on every delivery, forged ones included. */
const MOST_SECRETS = 8;

/** Below 128 bits a key that signs known text can be searched for. */
const SHORT_KEY_BYTES = 16;

/** What stands in examples. Only words that name a secret follow `your`: a passphrase may begin with it. */
const PLACEHOLDERS = [
  /^(?:change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|this)[\w-]*|fill[-_ ]?me|to[-_ ]?do|tbd|fixme|placeholder|undefined|null|none|redacted)$/i,
  /^(?:your|insert|enter)[-_ ](?:[a-z]+[-_ ]){0,4}(?:secrets?|keys?|tokens?|here)$/i,
  /^(?:[a-z]+[-_ ]){0,4}goes[-_ ]here$/i,
  /^(?:sk_|secret_)?(?:x{3,}|\*{3,}|\.{3,}|…)$/i,
  /^(?:<[a-z _-]+>|\$\{.*\}|\{\{.*\}\}|%[a-z _-]+%)$/is,
];

/** Starts that providers put before the key itself: an example has its placeholder after them. */
const KEY_PREFIX = /^(?:v1,)?(?:whsec_|shpss_)/;

/** Given each value with what was made of it: values are compared with one another, and nothing prints them. */
export type KeepValue = (secret: CompiledSecret, value: string) => void;

/**
 * Checks and imports the signing secrets once.
 *
 * @throws ConfigurationError for none, more than eight, and each kind of value that cannot be a signing secret
 */
export function compileSecrets(
  secrets: unknown,
  scheme: Scheme,
  warn: Warn,
  keep: KeepValue = () => undefined,
): readonly CompiledSecret[] {
  const entries = (
    Array.isArray(secrets) ? secrets : secrets === undefined || secrets === null ? [] : [secrets]
  ).flatMap((secret: unknown, index) =>
    entriesOf(secret, Array.isArray(secrets) ? `secrets[${index}]` : 'secrets', index),
  );
  // Keys of the scheme's own stand in for an empty list: published by the vendor, or given as a setting.
  if (entries.length === 0 && scheme.keys !== undefined && (Array.isArray(secrets) || scheme.secrets === 'none'))
    return scheme.keys.map(alwaysValid);
  if (entries.length === 0)
    throw new ConfigurationError(
      'missing-secret',
      'secrets',
      'give the signing secret. Without one, nothing could be told from a forgery.',
    );
  if (entries.length > MOST_SECRETS) {
    throw new ConfigurationError(
      'too-many-secrets',
      'secrets',
      `give at most ${MOST_SECRETS}: each costs one MAC on every delivery. Remove the retired ones.`,
    );
  }
  const ids = new Set<string>();
  const values = new Set<string>();
  const compiled = Object.freeze(
    entries.map(({ option, entry }) => {
      if (ids.has(entry.id))
        throw new ConfigurationError(
          'duplicate-secret-id',
          option,
          `"${entry.id}" is the id of two secrets: records could not tell which one matched.`,
        );
      ids.add(entry.id);
      const secret = compileSecret(entry, option, scheme);
      if (values.has(entry.value))
        warn(
          'POSTERN_REPEATED_SECRET',
          `${option} repeats the value of another secret of this list: during a rotation, one of the two was meant to be the other key.`,
        );
      values.add(entry.value);
      if (takesShared(scheme, entry.value) && secret.bytes < SHORT_KEY_BYTES) {
        warn(
          'POSTERN_SHORT_SECRET',
          `${option} ("${entry.id}") is a key of ${secret.bytes} bytes. Under ${SHORT_KEY_BYTES} it can be searched for: ask the provider for a longer one.`,
        );
      }
      return secret;
    }),
  );
  for (const [index, secret] of compiled.entries()) keep(secret, entries[index]?.entry.value ?? '');
  return compiled;
}

/** Gives the secrets, checked and imported. @throws ConfigurationError each time until they can be had */
export type SecretsReader = () => readonly CompiledSecret[];

/**
 * Checks and imports the secrets now; those of a source (`fromEnv`) at the first delivery, where the host asks for that:
 * a build imports route files, and has no secrets.
 *
 * @throws ConfigurationError for what is checked now
 */
export function prepareSecrets(
  secrets: unknown,
  scheme: Scheme,
  warn: Warn,
  sourcesAtFirstDelivery: boolean,
  keep?: KeepValue,
): SecretsReader {
  const awaited = sourcesAtFirstDelivery && (Array.isArray(secrets) ? secrets.some(isSource) : isSource(secrets));
  let compiled = awaited ? undefined : compileSecrets(secrets, scheme, warn, keep);
  return () => {
    compiled ??= compileSecrets(secrets, scheme, warn, keep);
    return compiled;
  };
}

/** The secrets that count at a moment. */
export function validSecrets(secrets: readonly CompiledSecret[], nowMs: number): readonly CompiledSecret[] {
  return secrets.every((secret) => inForce(secret, nowMs))
    ? secrets
    : secrets.filter((secret) => inForce(secret, nowMs));
}

function inForce(secret: CompiledSecret, nowMs: number): boolean {
  return nowMs >= secret.notBefore && nowMs <= secret.notAfter;
}

function entriesOf(secret: unknown, option: string, index: number): { option: string; entry: SecretEntry }[] {
  if (typeof secret === 'string') return [{ option, entry: { id: `secret-${index + 1}`, value: secret } }];
  if (isSource(secret)) return readSource(secret, option).map((entry) => ({ option: entry.id, entry }));
  refuseUnknownOptions(secret, ['id', 'value', 'notBefore', 'notAfter', 'tenant'], option);
  const entry = secret as SecretEntry;
  plainName(entry.id, `${option}.id`);
  if (typeof entry.value !== 'string')
    throw new ConfigurationError('missing-secret', `${option}.value`, 'give the secret as text.');
  return [{ option, entry }];
}

/** Reads a source. A source of the user's own may be asynchronous though its type is not: a promise holds no secrets yet, and its rejection must not end the process. */
export function readSource(source: SecretSource, option: string): readonly SecretEntry[] {
  const entries: unknown = source.read();
  if (Array.isArray(entries)) return entries;
  hush(entries);
  throw new ConfigurationError(
    'invalid-option',
    option,
    'read() must return a list of { id, value }, and not a promise of one: fetch the secrets before the guard is made.',
  );
}

/** True for `fromEnv(…)` and its like. */
export function isSource(secret: unknown): secret is SecretSource {
  return typeof secret === 'object' && secret !== null && 'read' in secret && typeof secret.read === 'function';
}

function compileSecret(entry: SecretEntry, option: string, scheme: Scheme): CompiledSecret {
  if (takesShared(scheme, entry.value)) refuseUnlikelySecret(entry.value, option);
  const { key, bytes } = scheme.importSecret(entry.value, option);
  const notBefore =
    entry.notBefore === undefined ? Number.NEGATIVE_INFINITY : parseMoment(entry.notBefore, `${option}.notBefore`);
  const notAfter =
    entry.notAfter === undefined ? Number.POSITIVE_INFINITY : parseMoment(entry.notAfter, `${option}.notAfter`);
  if (notBefore > notAfter)
    throw new ConfigurationError(
      'invalid-option',
      `${option}.notAfter`,
      'this lies before notBefore: the secret would never count.',
    );
  const tenant = entry.tenant === undefined ? undefined : plainName(entry.tenant, `${option}.tenant`);
  return Object.freeze({ id: entry.id, key, bytes, notBefore, notAfter, tenant });
}

/** A key that is not given as a secret: published by the vendor, fetched from it, or a setting of its provider. */
export function alwaysValid(secret: ImportedSecret & { readonly id: string }): CompiledSecret {
  return { ...secret, notBefore: Number.NEGATIVE_INFINITY, notAfter: Number.POSITIVE_INFINITY, tenant: undefined };
}

/** True where the value would be the secret that both sides hold, and not a public key. */
function takesShared({ secrets }: Scheme, value: string): boolean {
  return secrets === 'shared' || (secrets === 'either' && !value.startsWith('whpk_'));
}

/** Refuses what cannot be a secret of anybody. A provider's own refusals follow in its scheme. */
export function refuseUnlikelySecret(value: string, option: string): void {
  const refuse = (
    code: 'blank-secret' | 'padded-secret' | 'placeholder-secret' | 'wrong-kind-secret',
    message: string,
  ) => {
    throw new ConfigurationError(code, option, message);
  };
  if (value.trim() === '')
    refuse(
      'blank-secret',
      'this is blank. A blank key signs for everyone: set the secret of the provider’s dashboard.',
    );
  if (value.trim() !== value)
    refuse(
      'padded-secret',
      'there is white space around the value, often a line end from a file. It is not taken off silently, since it would be part of the key: remove it.',
    );
  if (/^(?:"[^" ]*"|'[^' ]*')$/.test(value))
    refuse('padded-secret', 'there are quotation marks around the value, often from an .env file: remove them.');
  const key = value.replace(KEY_PREFIX, '');
  if (key === '') refuse('blank-secret', 'there is nothing after the prefix: copy the secret again, whole.');
  if (PLACEHOLDERS.some((pattern) => pattern.test(key)))
    refuse('placeholder-secret', 'this is a placeholder, not a secret: set the one of the provider’s dashboard.');
  // A public key is public: as a MAC key it would let everyone sign.
  if (/^(?:whpk_|ssh-(?:rsa|dss|ed25519) |-----BEGIN )/.test(value))
    refuse(
      'wrong-kind-secret',
      'this is a public key or a certificate, and this scheme needs the shared signing secret.',
    );
}

/** A moment as users write one, milliseconds since 1970. @throws ConfigurationError for what is neither a `Date` nor ISO 8601 text */
export function parseMoment(value: unknown, option: string): number {
  const time =
    value instanceof Date
      ? value.getTime()
      : typeof value === 'string' && /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/.test(value)
        ? Date.parse(value)
        : Number.NaN;
  if (Number.isNaN(time))
    throw new ConfigurationError(
      'invalid-option',
      option,
      'give a Date, or ISO 8601 text with its zone: 2026-12-31T00:00:00Z.',
    );
  return time;
}
