import { ConfigurationError } from '../errors.ts';
import type { Tolerance } from '../freshness.ts';
import { refuseUnknownOptions } from '../options.ts';

/** Settings of every provider whose scheme signs a time. */
export interface TimedSettings {
  /** The window for the signed time, whole seconds, both ends included. */
  readonly toleranceSeconds?: number | Tolerance;
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
