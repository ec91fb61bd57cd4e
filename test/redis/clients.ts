import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisStoreOptions, redisStore } from '@postern/redis';
import { Redis } from 'ioredis';
import { Redis as Redis5 } from 'ioredis5';
import { createClient } from 'redis';
import { createClient as createClient4 } from 'redis4';
import { createClient as createClient5 } from 'redis5';

/** A client of the user's, as a test makes it. */
export interface TestClient {
  readonly client: NonNullable<RedisStoreOptions['client']>;
  close(): unknown;
}

/** The clients that people use, each connected lazily: the store has to do that. */
export const CLIENTS: Readonly<Record<string, (url: string) => TestClient>> = {
  ioredis(url) {
    const client = new Redis(url, { lazyConnect: true });
    client.on('error', () => undefined);
    return { client, close: () => client.disconnect() };
  },
  'ioredis 5'(url) {
    const client = new Redis5(url, { lazyConnect: true });
    client.on('error', () => undefined);
    return { client, close: () => client.disconnect() };
  },
  'redis 6, RESP2'(url) {
    const client = createClient({ url, RESP: 2 });
    client.on('error', () => undefined);
    return { client, close: () => client.isOpen && client.destroy() };
  },
  'redis 6, RESP3'(url) {
    const client = createClient({ url, RESP: 3 });
    client.on('error', () => undefined);
    return { client, close: () => client.isOpen && client.destroy() };
  },
  'redis 5'(url) {
    const client = createClient5({ url });
    client.on('error', () => undefined);
    return { client, close: () => client.isOpen && client.destroy() };
  },
  'redis 4'(url) {
    const client = createClient4({ url });
    client.on('error', () => undefined);
    return { client, close: () => client.isOpen && client.disconnect() };
  },
};

/** A prefix that no other run uses. */
export function freshPrefix(): string {
  return `postern-test-${crypto.randomUUID()}:`;
}

/** A store whose client is connected, and has loaded the script. */
export async function openStore(url: string, name: string, options: { prefix?: string; timeoutMs?: number } = {}) {
  const { client, close } = CLIENTS[name]?.(url) ?? { client: undefined, close: () => undefined };
  if (client === undefined) throw new Error(`there is no client "${name}"`);
  const store = redisStore({ client, prefix: freshPrefix(), ...options });
  for (let tries = 0; ; tries++) {
    try {
      await store.claim('warm', { owner: 'warm', leaseMs: 1, keepMs: 1 });
      return { store, client, close };
    } catch (error) {
      if (tries === 20) throw error;
      await sleep(50);
    }
  }
}
