import { ConfigurationError } from '../errors.ts';
import { readTarget } from '../outbound/target.ts';
import type { ImportedSecret } from '../scheme/scheme.ts';

/** The host of a URL that stands in a provider's data. */
export function hostsOf(url: string, option: string): readonly string[] {
  const host = /^https:\/\/([^/]+)\//.exec(url)?.[1] ?? '';
  if (readTarget(url, [host]) === undefined)
    throw new ConfigurationError(
      'invalid-provider',
      option,
      'give an https URL of a named host, without userinfo or a port.',
    );
  return [host];
}

/** JSON of a vendor's, or nothing. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A key, or nothing where the scheme cannot use it. */
export function importOne(read: () => ImportedSecret): ImportedSecret | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
