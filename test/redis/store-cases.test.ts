import { redisStore } from '@postern/redis';
import { storeCases } from '@postern/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { hasRedis, openRedis, type SharedRedis } from '../services/redis.ts';
import { CLIENTS, freshPrefix } from './clients.ts';

describe.skipIf(!(await hasRedis()))('redisStore', () => {
  let redis: SharedRedis;
  beforeAll(async () => {
    redis = await openRedis();
  });
  afterAll(() => redis?.close());

  describe.each(Object.entries(CLIENTS))('through %s', (_, createClient) => {
    for (const one of storeCases)
      it.concurrent(one.title, () => {
        const prefix = freshPrefix();
        const clients = [createClient(redis.url), createClient(redis.url)] as const;
        // Two hundred cases at once on a busy machine are slower than one delivery is.
        const [store, second] = clients.map(({ client }) => redisStore({ client, prefix, timeoutMs: 5_000 }));
        if (store === undefined || second === undefined) throw new Error('there are two');
        return one.run(() => ({
          store,
          another: async () => second,
          close: () => clients.map(({ close }) => close()),
        }));
      });
  });
});
