import { readFileSync } from 'node:fs';
import { redisStore } from '@postern/redis';
import { storeCases } from '@postern/testing';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { WITHDRAW } from '../../packages/redis/src/lib/scripts.ts';
import { hasRedisServer, startRedis } from '../services/redis.ts';
import { CLIENTS, openStore } from './clients.ts';

const LEASE = { leaseMs: 60_000, keepMs: 3_600_000 };

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(...args: readonly string[]) {
  const redis = await startRedis({ arguments: args });
  ends.push(redis.close);
  const user = new Redis(redis.url);
  ends.push(() => user.disconnect());
  return { ...redis, user };
}

async function open(url: string, name = 'ioredis') {
  const { store, close } = await openStore(url, name, { prefix: 'postern:' });
  ends.push(close);
  return store;
}

describe.skipIf(!hasRedisServer())('redisStore', () => {
  describe('on a Redis that forgets what it has no room for', () => {
    it.each(Object.keys(CLIENTS))('says so through %s, with the remedy', async (name) => {
      const { url } = await start('--maxmemory', '32mb', '--maxmemory-policy', 'allkeys-lru');
      const sentences = await (await open(url, name)).check?.();
      expect(sentences).toEqual([expect.stringMatching(/maxmemory-policy is allkeys-lru\. Set it to noeviction/)]);
    });

    it('says so for a policy that spares what never expires: claims do', async () => {
      const { url } = await start('--maxmemory-policy', 'volatile-ttl');
      expect(await (await open(url)).check?.()).toEqual([expect.stringContaining('volatile-ttl')]);
    });
  });

  it('has nothing to say of a Redis that keeps what it was given', async () => {
    const { url } = await start();
    expect(await (await open(url)).check?.()).toEqual([]);
  });

  it('says that a replica takes no claims', async () => {
    const primary = await start();
    const replica = await start('--replicaof', '127.0.0.1', String(primary.port), '--replica-serve-stale-data', 'yes');
    const client = new Redis(replica.url);
    ends.push(() => client.disconnect());
    const store = redisStore({ client, timeoutMs: 5_000 });
    expect(await store.check?.()).toEqual([expect.stringContaining('replica')]);
    await expect(store.claim('event', { owner: 'a', ...LEASE })).rejects.toThrow(/READONLY/);
  });

  it('says nothing, and claims, where the user may not ask the server about itself', async () => {
    const { url, user } = await start();
    await user.acl('SETUSER', 'claims', 'on', '>test-password', '~postern:*', '+@all', '-info', '-config');
    const client = new Redis(url.replace('//', '//claims:test-password@'), { enableReadyCheck: false });
    ends.push(() => client.disconnect());
    const store = redisStore({ client });
    expect(await store.claim('event', { owner: 'a', ...LEASE })).toHaveProperty('claimed');
    expect(await Promise.resolve(store.check?.()).catch(() => 'threw')).toBe('threw');
  });

  it('needs no more rights than its page says', async () => {
    const { url, user } = await start();
    const page = readFileSync(new URL('../../packages/redis/README.md', import.meta.url), 'utf8');
    const rights = [...page.matchAll(/The user needs `([^`]+)`.*and `([^`]+)`/g)].flatMap(([, a = '', b = '']) =>
      `${a} ${b}`.split(' '),
    );
    expect(rights).toContain('+evalsha');
    await user.acl('SETUSER', 'claims', 'on', '>test-password', '~postern:*', '-@all', ...rights);
    const client = new Redis(url.replace('//', '//claims:test-password@'), { disableClientInfo: true });
    ends.push(() => client.disconnect());
    for (const one of storeCases.filter(({ theme }) => theme !== 'keeping'))
      await one.run(() => ({ store: redisStore({ client }), close: () => undefined }));
    expect(await redisStore({ client }).check?.()).toEqual([]);
  });

  it('refuses new events when the memory is full, and lets the running ones finish', async () => {
    const { url, user } = await start('--maxmemory-policy', 'noeviction');
    const store = await open(url);
    for (const key of ['completed', 'released', 'withdrawn']) await store.claim(key, { owner: 'a', ...LEASE });
    await user.config('SET', 'maxmemory', '1mb');
    await expect(store.claim('new', { owner: 'a', ...LEASE })).rejects.toThrow(/OOM/);
    expect(await store.complete('completed', 'a')).toBe(true);
    expect(await store.release('released', 'a')).toBe(true);
    expect(await user.eval(WITHDRAW, 1, 'postern:withdrawn', 'a')).toBe(1);
    await user.config('SET', 'maxmemory', '0');
    expect(await store.claim('completed', { owner: 'b', ...LEASE })).toEqual({ done: true });
    expect(await store.claim('released', { owner: 'b', ...LEASE })).toMatchObject({ attempt: 2 });
    for (const key of ['withdrawn', 'new'])
      expect(await store.claim(key, { owner: 'b', ...LEASE })).toMatchObject({ attempt: 1 });
  });

  it('takes a claim back from its owner alone, and nothing that is done', async () => {
    const { url, user } = await start();
    const store = await open(url);
    const withdraw = (owner: string) => user.eval(WITHDRAW, 1, 'postern:event', owner);
    await store.claim('event', { owner: 'next', ...LEASE });
    for (const owner of ['gave-up', '', 'nex', 'next-']) expect(await withdraw(owner)).toBe(0);
    expect(await store.claim('event', { owner: 'third', ...LEASE })).toHaveProperty('inFlight');
    expect(await store.complete('event', 'next')).toBe(true);
    expect(await withdraw('next')).toBe(0);
    expect(await store.claim('event', { owner: 'third', ...LEASE })).toEqual({ done: true });
  });

  it('lets a late retry in of an event whose only claim was taken back', async () => {
    const { url, user } = await start();
    const store = await open(url);
    const request = { material: 'digest', ...LEASE };
    await store.claim('event', { owner: 'gave-up', ...request });
    expect(await user.eval(WITHDRAW, 1, 'postern:event', 'gave-up')).toBe(1);
    const late = await store.claim('event', { owner: 'late', retryOnly: true, ...request });
    expect(late).toEqual({ claimed: true, attempt: 1, previouslyStarted: false });
  });

  it('throws for a key that holds something else, and leaves it alone', async () => {
    const { url, user } = await start();
    const store = await open(url);
    await user.set('postern:taken', 'by somebody');
    await expect(store.claim('taken', { owner: 'a', ...LEASE })).rejects.toThrow(/WRONGTYPE/);
    expect(await user.get('postern:taken')).toBe('by somebody');
  });

  it('keeps who, until when and how often, and of what is done only by whom, until its time is over', async () => {
    const { url, user } = await start();
    const store = await open(url);
    const request = { owner: 'me', material: 'digest', ...LEASE };
    await store.claim('event', request);
    expect(Object.keys(await user.hgetall('postern:event')).sort()).toEqual([
      'attempts',
      'leaseUntil',
      'material',
      'owner',
    ]);
    await store.complete('event', 'me');
    expect(await user.hgetall('postern:event')).toEqual({ owner: 'me' });
    const left = await user.pttl('postern:event');
    expect(left).toBeGreaterThan(3_590_000);
    expect(left).toBeLessThanOrEqual(3_600_000);
  });
});
