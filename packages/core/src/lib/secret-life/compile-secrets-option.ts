import type { Warn } from '../host.ts';
import { openKeys } from '../keys/open-keys.ts';
import type { KeyMeans, KeySource } from '../keys/remote-keys.ts';
import { prepareSecrets, type SecretsReader } from '../secrets.ts';
import type { Provider } from '../types.ts';
import type { SecretWatch } from './secret-watch.ts';
import { type FindSecrets, isSecretFinder, type SecretsResolver, secretsFrom } from './secrets-from.ts';

/** Where the secrets of a delivery come from: one of the three, as the option says. */
export interface SecretsReaders {
  /** Those that are the same for all deliveries. */
  readonly secrets: SecretsReader;
  /** Finds those for one delivery, where a function does. */
  readonly findSecrets?: FindSecrets | undefined;
  /** In the place of secrets: the vendor's keys, fetched. */
  readonly keys: KeySource | undefined;
}

/** What compiling the option needs. */
export interface SecretsMeans {
  readonly provider: Provider;
  readonly warn: Warn;
  readonly secretsAtFirstDelivery: boolean;
  /** True where a store gives secrets, too, so that there may be none here. */
  readonly keepsSecrets: boolean;
  readonly means: Omit<KeyMeans, 'importKey'> | undefined;
  readonly watch: SecretWatch | undefined;
}

/** Checks the option `secrets`, whatever its form. @throws ConfigurationError for what is checked now */
export function compileSecretsOption(option: unknown, parts: SecretsMeans): SecretsReaders {
  const { provider, warn, means, watch } = parts;
  const none = () => [];
  const finder = typeof option === 'function' ? secretsFrom(option as SecretsResolver) : option;
  if (isSecretFinder(finder)) {
    const clock = means?.clock ?? (() => performance.now());
    const findSecrets = finder.open({ scheme: provider.scheme, clock, warn, onAnswer: watch?.answered });
    return { secrets: none, findSecrets, keys: undefined };
  }
  const keys = openKeys(option, provider, means, parts.secretsAtFirstDelivery);
  if (keys !== undefined || (parts.keepsSecrets && Array.isArray(option) && option.length === 0))
    return { secrets: none, keys };
  return {
    secrets: prepareSecrets(option, provider.scheme, warn, parts.secretsAtFirstDelivery, watch?.keepValue),
    keys,
  };
}
