import { ConfigurationError } from '../errors.ts';
import type { Provider } from '../types.ts';
import type { KeyMeans, KeySource } from './remote-keys.ts';

/**
 * The vendor's keys, where none are given and they can be fetched; keys that are given are the only ones that count.
 *
 * @throws ConfigurationError where `means` is absent, since nobody may be asked then, and for credentials that are missing
 */
export function openKeys(
  secrets: unknown,
  { name, scheme, remoteKeys }: Provider,
  means: Omit<KeyMeans, 'importKey'> | undefined,
  credentialsLater: boolean,
): KeySource | undefined {
  if (remoteKeys === undefined || scheme.keys !== undefined) return undefined;
  if (!Array.isArray(secrets) || secrets.length > 0) return undefined;
  if (means === undefined)
    throw new ConfigurationError(
      'missing-secret',
      'secrets',
      `only a receiver fetches the keys of ${name}. Here nobody is asked: give the key that signed.`,
    );
  const keys = remoteKeys.open({ ...means, importKey: (value) => scheme.importSecret(value, 'key') });
  if (!credentialsLater) keys.check?.();
  return keys;
}
