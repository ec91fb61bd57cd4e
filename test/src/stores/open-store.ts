import { setTimeout as sleep } from 'node:timers/promises';
import { type ClaimStore, memoryStore } from '@postern/core';
import type { PostgresStore } from '@postern/postgres';
import type { Pool } from 'pg';
import type { StoreAddress } from './address.ts';

/** A claim store as an application opens it, with the client that leads to it. */
export interface OpenStore {
  readonly store: ClaimStore;
  /** Where its claims can be completed in the handler's transaction. */
  readonly postgres?: { readonly store: PostgresStore<Pool>; readonly pool: Pool };
  /** Resolves when the store answers again. @throws Error when it does not in five seconds */
  reach(): Promise<void>;
  close(): Promise<void>;
}

/** PostgreSQL pays for each connection that is opened, and processes here die by the hundred. */
const POOL_SIZE = 10;
/** A client that lost its connection tries for a new one so soon, milliseconds. */
const RECONNECT_MS = 50;
/** How long a store is waited for that should be there. */
const REACH_MS = 5_000;

/**
 * Opens the store at an address. Its clients tell nobody when their connection breaks: that is what is played.
 *
 * @param timeoutMs how long a store may take; default: its own default
 */
export async function openStore(address: StoreAddress, timeoutMs?: number): Promise<OpenStore> {
  const limits = timeoutMs === undefined ? {} : { timeoutMs };
  if (address.kind === 'memory')
    return { store: memoryStore(), reach: async () => undefined, close: async () => undefined };
  if (address.kind === 'redis') {
    // A process loads what it needs: there are many, and each is waited for.
    const [{ Redis }, { redisStore }] = await Promise.all([import('ioredis'), import('@postern/redis')]);
    const client = new Redis(address.url, { retryStrategy: () => RECONNECT_MS, maxRetriesPerRequest: 1 });
    client.on('error', () => undefined);
    return {
      store: redisStore({ client, prefix: address.prefix, ...limits }),
      reach: () => reach(() => client.ping()),
      close: async () => client.disconnect(),
    };
  }
  const [{ Pool }, { postgresStore }] = await Promise.all([import('pg'), import('@postern/postgres')]);
  const pool = new Pool({ connectionString: address.url, max: POOL_SIZE, connectionTimeoutMillis: REACH_MS });
  pool.on('error', () => undefined);
  const store = postgresStore({ client: pool, table: address.table, ...limits });
  return {
    store,
    postgres: { store, pool },
    reach: () => reach(() => pool.query('SELECT 1')),
    close: () => pool.end(),
  };
}

async function reach(ask: () => Promise<unknown>): Promise<void> {
  for (const until = Date.now() + REACH_MS; ; await sleep(RECONNECT_MS)) {
    try {
      await ask();
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}
