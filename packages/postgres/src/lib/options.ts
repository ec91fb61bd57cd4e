import { ConfigurationError } from '@postern/core';
import type { PostgresClient } from './client.ts';
import type { PostgresStoreOptions } from './postgres-store.ts';

const KNOWN = ['client', 'table', 'timeoutMs'];

/** Longer than this, a timer of JavaScript fires at once. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** Checks the options, but for the table. @throws ConfigurationError by the option's name, with the remedy */
export function readOptions<Client extends PostgresClient>(
  options: PostgresStoreOptions<Client>,
): { readonly client: Client; readonly timeoutMs: number } {
  if (typeof options !== 'object' || options === null)
    throw new ConfigurationError('invalid-option', 'postgresStore', 'give an object of options: { client: pool }.');
  for (const name of Object.keys(options)) {
    if (!KNOWN.includes(name))
      throw new ConfigurationError(
        'unknown-option',
        `postgresStore.${name}`,
        `there is no such option. Known here: ${KNOWN.join(', ')}.`,
      );
  }
  const { client, timeoutMs = 1_000 } = options;
  if (typeof client?.query !== 'function')
    throw new ConfigurationError(
      client === undefined ? 'missing-option' : 'invalid-option',
      'postgresStore.client',
      'give a Pool of pg, or anything with its query(text, values).',
    );
  if (!Number.isSafeInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > LONGEST_TIMEOUT_MS)
    throw new ConfigurationError(
      'invalid-limit',
      'postgresStore.timeoutMs',
      `give a positive whole number of milliseconds, at most ${LONGEST_TIMEOUT_MS}.`,
    );
  return { client, timeoutMs };
}
