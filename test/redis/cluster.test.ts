import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisStoreOptions, redisStore } from '@postern/redis';
import { storeCases } from '@postern/testing';
import { Cluster, Redis } from 'ioredis';
import { Cluster as Cluster5 } from 'ioredis5';
import { createCluster } from 'redis';
import { createCluster as createCluster4 } from 'redis4';
import { createCluster as createCluster5 } from 'redis5';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedisServer, type OwnRedis, startRedis } from '../services/redis.ts';
import { freshPrefix } from './clients.ts';

const SLOTS = 16_384;
const NODES = 3;

/** Three servers that share the slots between them. */
async function startCluster(): Promise<readonly OwnRedis[]> {
  const nodes: OwnRedis[] = [];
  for (let index = 0; index < NODES; index++)
    nodes.push(await startRedis({ arguments: ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'] }));
  const clients = nodes.map(({ url }) => new Redis(url));
  try {
    for (const [index, client] of clients.entries()) {
      const first = Math.floor((index * SLOTS) / NODES);
      const last = Math.floor(((index + 1) * SLOTS) / NODES) - 1;
      await client.call('CLUSTER', 'ADDSLOTSRANGE', String(first), String(last));
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
      if (index > 0) await client.call('CLUSTER', 'MEET', '127.0.0.1', String(nodes[0]?.port));
    }
    for (const client of clients)
      for (let tries = 0; !String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok'); tries++) {
        if (tries > 500) throw new Error('the cluster did not come together');
        await sleep(20);
      }
  } finally {
    for (const client of clients) client.disconnect();
  }
  return nodes;
}

describe.skipIf(!hasRedisServer())('redisStore on a cluster of three', () => {
  let nodes: readonly OwnRedis[] = [];
  beforeAll(async () => {
    nodes = await startCluster();
  }, 60_000);
  afterAll(async () => {
    for (const node of nodes) await node.close();
  });

  const ports = () => nodes.map(({ port }) => ({ host: '127.0.0.1', port }));
  const roots = () => nodes.map(({ url }) => ({ url }));
  const quiet = <Client extends { on(event: 'error', listener: () => void): unknown }>(client: Client) => {
    client.on('error', () => undefined);
    return client;
  };
  const CLUSTERS: Readonly<
    Record<string, () => Promise<{ client: NonNullable<RedisStoreOptions['client']>; close(): unknown }>>
  > = {
    async ioredis() {
      const client = quiet(new Cluster(ports(), { lazyConnect: true }));
      return { client, close: () => client.disconnect() };
    },
    async 'ioredis 5'() {
      const client = quiet(new Cluster5(ports(), { lazyConnect: true }));
      return { client, close: () => client.disconnect() };
    },
    async 'redis 6'() {
      const client = quiet(createCluster({ rootNodes: roots() }));
      return { client, close: () => client.isOpen && client.destroy() };
    },
    async 'redis 5'() {
      const client = quiet(createCluster5({ rootNodes: roots() }));
      return { client, close: () => client.isOpen && client.destroy() };
    },
    async 'redis 4'() {
      const client = quiet(createCluster4({ rootNodes: roots() }));
      return { client, close: () => client.isOpen && client.disconnect() };
    },
  };

  describe.each(Object.entries(CLUSTERS))('through %s', (_, connect) => {
    for (const one of storeCases)
      it.concurrent(one.title, async () => {
        const prefix = freshPrefix();
        const { client, close } = await connect();
        await one.run(() => ({ store: redisStore({ client, prefix, timeoutMs: 5_000 }), close }));
      });

    it('puts events on every server, and describes one of them', async () => {
      const prefix = freshPrefix();
      const { client, close } = await connect();
      const store = redisStore({ client, prefix, timeoutMs: 5_000 });
      for (let index = 0; index < 60; index++)
        await store.claim(`event-${index}`, { owner: 'a', leaseMs: 60_000, keepMs: 60_000 });
      expect(await store.check?.()).toEqual([]);
      await close();
      for (const { url } of nodes) {
        const look = new Redis(url);
        expect((await look.keys(`${prefix}*`)).length).toBeGreaterThan(5);
        look.disconnect();
        await once(look, 'end');
      }
    });
  });
});
