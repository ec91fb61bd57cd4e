// What the tests of the PostgreSQL store set up: stores on pools of their own, and claims in few words.
import { randomBytes } from 'node:crypto';
import type { ClaimRequest, ClaimResult, ClaimStore } from '@postern/core';
import { type PostgresStore, postgresStore } from '@postern/postgres';
import { Pool, type PoolConfig } from 'pg';

/** A store, and the pool under it. */
export interface StoreOnPool {
  readonly pool: Pool;
  readonly store: PostgresStore<Pool>;
}

const open: Pool[] = [];

/** Makes a store on a pool of its own. */
export function createStore(
  url: string,
  { timeoutMs = 10_000, ...pooled }: PoolConfig & { timeoutMs?: number } = {},
): StoreOnPool {
  const pool = new Pool({ connectionString: url, ...pooled });
  // What every program with a pool needs: a connection that breaks while nobody uses it is no reason to die.
  pool.on('error', () => undefined);
  open.push(pool);
  return { pool, store: postgresStore({ client: pool, timeoutMs }) };
}

/** Ends every pool that was made, for `afterEach`. */
export async function endPools(): Promise<void> {
  await Promise.all(open.splice(0).map((pool) => pool.end()));
}

/** A key as the receiver makes them. */
export function freshKey(): string {
  return randomBytes(32).toString('base64');
}

/** Claims for a minute, and remembers for an hour. */
export function claim(
  store: ClaimStore,
  key: string,
  owner: string,
  changes: Partial<ClaimRequest> = {},
): Promise<ClaimResult> {
  return store.claim(key, { owner, leaseMs: 60_000, keepMs: 3_600_000, ...changes });
}

/** The answer to a claim that was given. */
export function claimed(attempt: number): ClaimResult {
  return { claimed: true, attempt, previouslyStarted: attempt > 1 };
}
