import { ConfigurationError } from '../errors.ts';
import type { Tolerance } from '../freshness.ts';
import { refuseUnknownOptions } from '../options.ts';

/** Settings of every provider whose scheme signs a time. */
export interface TimedSettings {
  /** The window for the signed time, whole seconds, both ends included. */
  readonly toleranceSeconds?: number | Tolerance;
}

/** Settings of every provider that signs the URL it calls. */
export interface UrlSettings {
  /** The URL that the provider calls, exactly as it is configured there. Never taken from the request, whose Host header anybody writes. */
  readonly publicUrl: string;
}

/** Settings of every provider whose public key can be given in place of a secret. */
export interface KeySettings {
  /** The public key: PEM, a certificate, a JWK, or base64 of the DER. Then `secrets` may be an empty list. */
  readonly publicKey?: string;
}

/** The public keys of the settings. */
export function keysOf(settings: KeySettings): { readonly publicKeys: readonly string[] } {
  return { publicKeys: settings.publicKey === undefined ? [] : [settings.publicKey] };
}

/** Refuses settings nobody reads. */
export function checkSettings(settings: object, known: readonly string[], provider: string): void {
  refuseUnknownOptions(settings, known, provider);
}

/** One of a provider's documented variants, by name. */
export function chooseSetting<T>(choices: Readonly<Record<string, T>>, chosen: string, setting: string): T {
  const choice = Object.hasOwn(choices, chosen) ? choices[chosen] : undefined;
  if (choice === undefined)
    throw new ConfigurationError('invalid-option', setting, `give one of ${Object.keys(choices).join(', ')}.`);
  return choice;
}

/** A list of names that are written in one way: of topics, of accounts. @throws ConfigurationError for an empty list, and for one that is written otherwise */
export function checkNames(
  names: readonly [string, ...string[]] | undefined,
  written: RegExp,
  setting: string,
): readonly [string, ...string[]] | undefined {
  if (names === undefined) return undefined;
  if (
    !Array.isArray(names) ||
    names.length === 0 ||
    !names.every((name) => typeof name === 'string' && written.test(name))
  )
    throw new ConfigurationError(
      'invalid-option',
      setting,
      `give a list of names that are written like ${written.source}.`,
    );
  return names;
}

/** A setting that stands in a URL: letters, digits, `.`, `-` and `_`. @throws ConfigurationError for anything else */
export function checkWord(value: string, setting: string): string {
  if (typeof value !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(value))
    throw new ConfigurationError(
      'invalid-option',
      setting,
      'give letters, digits and . _ - only, as the vendor shows it.',
    );
  return value;
}
