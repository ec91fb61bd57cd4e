import { setTimeout as sleep } from 'node:timers/promises';
import { redisStore } from '@postern/redis';
import { storeCases } from '@postern/testing';
import { Redis } from '@upstash/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, openRedis, type SharedRedis } from '../services/redis.ts';
import { freshPrefix } from './clients.ts';
import { type RestBridge, startRestBridge } from './rest-bridge.ts';

const LEASE = { leaseMs: 60_000, keepMs: 3_600_000 };

describe.skipIf(!(await hasRedis()))('redisStore over HTTP', () => {
  let shared: SharedRedis;
  let bridge: RestBridge;
  beforeAll(async () => {
    shared = await openRedis();
    bridge = await startRestBridge(shared.url);
  });
  afterAll(async () => {
    await bridge?.close();
    await shared?.close();
  });

  const open = (prefix: string, timeoutMs: number) => {
    const { url, token } = bridge;
    const redis = new Redis({ url, token, retry: false, enableTelemetry: false });
    return redisStore({ evaluate: (script, keys, args) => redis.eval(script, keys, args), prefix, timeoutMs });
  };

  for (const one of storeCases)
    it.concurrent(one.title, () => {
      const prefix = freshPrefix();
      return one.run(() => ({
        store: open(prefix, 5_000),
        another: async () => open(prefix, 5_000),
        close: () => undefined,
      }));
    });

  it('asks the server about itself', async () => {
    expect(await open(freshPrefix(), 5_000).check?.()).toEqual([]);
  });

  it('gives up in time, and takes back what was claimed all the same', async () => {
    const store = open(freshPrefix(), 100);
    await store.claim('warm', { owner: 'warm', ...LEASE }).catch(() => undefined);
    const answer = bridge.hold();
    const began = performance.now();
    await expect(store.claim('event', { owner: 'gave-up', ...LEASE })).rejects.toThrow(/100 ms/);
    expect(performance.now() - began).toBeLessThan(200);
    answer();
    for (let tries = 0; ; tries++) {
      const next = await store.claim('event', { owner: 'next', ...LEASE });
      if ('claimed' in next || tries === 50) {
        expect(next).toEqual({ claimed: true, attempt: 1, previouslyStarted: false });
        return;
      }
      await sleep(20);
    }
  });

  it('throws what the server refuses', async () => {
    const redis = new Redis({ url: bridge.url, token: 'wrong', retry: false, enableTelemetry: false });
    const store = redisStore({ evaluate: (script, keys, args) => redis.eval(script, keys, args), timeoutMs: 5_000 });
    await expect(store.claim('event', { owner: 'a', ...LEASE })).rejects.toThrow(/WRONGPASS/);
  });
});
