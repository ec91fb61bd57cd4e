import { ConfigurationError } from './errors.ts';
import { refuseUnknownOptions } from './options.ts';
import type { SecretEntry } from './secrets.ts';
import type { RequestHead } from './types.ts';

/** Where signing secrets are kept that a provider hands over in a handshake. */
export interface SecretStore {
  /**
   * Keeps a secret. Nobody has signed the handshake that it came in, so return `true` only while you are making a webhook, for instance
   * while a row of yours waits for it: with a secret of his own a stranger could sign everything. Anything else refuses the handshake with
   * 401. `head` tells which webhook it is for, by its URL.
   */
  save(secret: string, head: RequestHead): boolean | Promise<boolean>;
  /** The secrets that a delivery may be signed with, at most eight, beside those of `secrets`. Asked for every delivery, forged ones included. Default: those of `secrets` alone. */
  load?(head: RequestHead): readonly SecretEntry[] | Promise<readonly SecretEntry[]>;
}

/** Checks the option. @throws ConfigurationError for what is no secret store */
export function compileSecretStore(store: SecretStore | undefined): Partial<SecretStore> {
  if (store === undefined) return {};
  refuseUnknownOptions(store, ['save', 'load'], 'secretStore');
  if (typeof store.save !== 'function' || !['function', 'undefined'].includes(typeof store.load))
    throw new ConfigurationError(
      'invalid-option',
      'secretStore',
      'give { save(secret, head), load(head) }: the first keeps a secret and returns true for one that was expected.',
    );
  return {
    save: (secret, head) => store.save(secret, head),
    ...(store.load && { load: (head) => store.load?.(head) ?? [] }),
  };
}
