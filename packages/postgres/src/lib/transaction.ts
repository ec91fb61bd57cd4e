import { ConfigurationError } from '@postern/core';
import type { PostgresClient } from './client.ts';

/** A connection that a pool lends. */
interface Lent extends PostgresClient {
  /** Gives it back, or has it destroyed when told of an error. */
  release(error?: Error): void;
  on?(event: 'error', listener: () => void): unknown;
  removeListener?(event: 'error', listener: () => void): unknown;
}

/**
 * Runs `work` between BEGIN and COMMIT on a connection of the pool. Whatever it throws rolls back and is thrown on.
 *
 * @throws ConfigurationError for a client that lends no connections
 */
export async function runTransaction<Connection extends PostgresClient, Result>(
  pool: PostgresClient,
  work: (connection: Connection) => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const lent = await lend(pool);
  // A connection that breaks between two queries says so in an event, which nobody's listening would make an end of the process.
  // The next query on it fails, and that is heard here.
  const ignore = () => undefined;
  lent.on?.('error', ignore);
  let broken: Error | undefined;
  try {
    signal?.throwIfAborted();
    await lent.query('BEGIN');
    try {
      const result = await work(lent as PostgresClient as Connection);
      // Past its deadline, the sender has been told to try again.
      signal?.throwIfAborted();
      await lent.query('COMMIT');
      return result;
    } catch (error) {
      broken = await rollBack(lent);
      throw error;
    }
  } finally {
    lent.removeListener?.('error', ignore);
    lent.release(broken);
  }
}

async function lend(pool: PostgresClient): Promise<Lent> {
  const lent = 'connect' in pool && typeof pool.connect === 'function' ? await pool.connect() : undefined;
  if (typeof lent?.query === 'function' && typeof lent.release === 'function') return lent;
  throw new ConfigurationError(
    'invalid-option',
    'postgresStore.client',
    'transaction() needs a pool, whose connect() lends a connection. With any other client, call completeIn() in a transaction of your own.',
  );
}

/** A connection that cannot even roll back must not be lent again: its transaction may be open still. */
async function rollBack(lent: Lent): Promise<Error | undefined> {
  try {
    await lent.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error('The transaction could not be rolled back.');
  }
}
