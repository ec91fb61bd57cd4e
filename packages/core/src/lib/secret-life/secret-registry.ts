import { ConfigurationError } from '../errors.ts';

/** Who has a secret. */
export interface SecretHolder {
  readonly provider: string;
  readonly endpoint: string;
  readonly tenant?: string | undefined;
  readonly secretId: string;
}

/** Where receivers that belong together notice that two of them have one value. It keeps digests, and shows nothing. */
export interface SecretRegistry {
  /** Notes a value by its digest, and gives another holder of it: once for each new holder. */
  note(print: string, holder: SecretHolder): SecretHolder | undefined;
}

/** Values that are noted; the longest unused goes. */
const MOST_VALUES = 10_000;
/** Holders of one value: more say nothing new. */
const MOST_HOLDERS = 8;

/**
 * Makes a registry, to be given to several receivers as `secretRegistry`: a value that two endpoints or two tenants have is then noticed
 * (`shared`). Who has it could sign for both, and a delivery of one could be sent to the other.
 *
 * It is passed in, and no state of this module: two copies of a package, two workers and two tests share nothing by accident.
 */
export function secretRegistry(): SecretRegistry {
  const values = new Map<string, Map<string, SecretHolder>>();
  return Object.freeze<SecretRegistry>({
    note(print, holder) {
      const holders = values.get(print) ?? new Map<string, SecretHolder>();
      values.delete(print);
      values.set(print, holders);
      const [oldest] = values.keys();
      if (values.size > MOST_VALUES && oldest !== undefined) values.delete(oldest);
      const { provider, endpoint, tenant } = holder;
      const name = JSON.stringify([provider, endpoint, tenant ?? null]);
      if (holders.has(name) || holders.size >= MOST_HOLDERS) return undefined;
      const [other] = holders.values();
      holders.set(name, holder);
      return other;
    },
  });
}

/** @throws ConfigurationError for what is no registry */
export function checkRegistry(registry: unknown): SecretRegistry {
  if (registry === undefined) return secretRegistry();
  if (typeof registry === 'object' && registry !== null && 'note' in registry && typeof registry.note === 'function')
    return registry as SecretRegistry;
  throw new ConfigurationError('invalid-option', 'secretRegistry', 'give what secretRegistry() returns.');
}
