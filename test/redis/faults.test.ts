import { setTimeout as sleep } from 'node:timers/promises';
import type { ClaimStore } from '@postern/core';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { hasRedisServer, type OwnRedis, startRedis } from '../services/redis.ts';
import { startProxy, type TcpProxy } from '../services/tcp-proxy.ts';
import { CLIENTS, openStore } from './clients.ts';

const LEASE = { leaseMs: 60_000, keepMs: 3_600_000 };
const TIMEOUT_MS = 250;
/** A delivery is refused within 300 ms: so much of that is left when a call has given up. */
const REST_MS = 50;
const BACK_MS = 2_000;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function open(name: string, { proxied = false } = {}) {
  const redis = await startRedis();
  ends.push(redis.close);
  const proxy = await startProxy(redis.port);
  ends.push(proxy.close);
  const { store, close } = await openStore(proxied ? `redis://127.0.0.1:${proxy.port}` : redis.url, name);
  ends.push(close);
  return { redis, proxy, store, close };
}

/** How a call ended, and that it took no longer than it may. */
async function outcome(call: Promise<unknown>): Promise<unknown> {
  // A timer of the same length tells when a machine that does other things besides gets round to it.
  const timeout = sleep(TIMEOUT_MS).then(() => performance.now());
  const end = await call.catch((error: unknown) => (error instanceof Error ? 'threw' : 'threw no Error'));
  const settled = performance.now();
  expect(settled - (await timeout)).toBeLessThan(REST_MS);
  return end;
}

const claim = (store: ClaimStore, key: string, owner: string) => store.claim(key, { owner, ...LEASE });

/** Waits until the event can be claimed, as a sender's next tries would, and not longer than the service may need to be back. */
async function claimSoon(store: ClaimStore, key: string, owner: string): Promise<unknown> {
  const end = performance.now() + BACK_MS;
  for (;;) {
    const answer = await claim(store, key, owner).catch(() => undefined);
    if (answer !== undefined && 'claimed' in answer) return answer;
    if (performance.now() > end) return answer ?? 'never answered';
    await sleep(20);
  }
}

const FIRST = { claimed: true, attempt: 1, previouslyStarted: false };

interface Fault {
  readonly begin: (redis: OwnRedis, proxy: TcpProxy) => unknown;
  readonly end: (redis: OwnRedis, proxy: TcpProxy) => unknown;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  'is down, and starts empty': { begin: (redis) => redis.stop(), end: (redis) => redis.start() },
  'is stopped in its tracks': { begin: (redis) => redis.pause(), end: (redis) => redis.resume() },
  'is two seconds slow': { begin: (_, proxy) => proxy.delay(2_000), end: (_, proxy) => proxy.straight() },
  'cannot be reached': { begin: (_, proxy) => proxy.shut(), end: (_, proxy) => proxy.open() },
  'is reached, and its answer is lost': {
    begin: (_, proxy) => void proxy.cutNextAnswer().then(proxy.shut),
    end: (_, proxy) => proxy.open(),
  },
};

describe.skipIf(!hasRedisServer()).each(Object.keys(CLIENTS))('through %s, when Redis', (name) => {
  it.each(Object.entries(FAULTS))('%s: every call settles, and nothing is claimed by who gave up', async (_, fault) => {
    const { redis, proxy, store } = await open(name, { proxied: true });
    await claim(store, 'running', 'runner');
    await fault.begin(redis, proxy);
    const keys = Array.from({ length: 20 }, (_, index) => `event-${index}`);
    for (let round = 0; round < 3; round++) {
      const calls = keys.map((key) => outcome(claim(store, key, `gave-up-${round}-${key}`)));
      const settles = [outcome(store.complete('running', 'runner')), outcome(store.release('other', 'runner'))];
      expect(await Promise.all([...calls, ...settles])).toEqual(Array(22).fill('threw'));
    }
    await fault.end(redis, proxy);
    const began = performance.now();
    const answers = await Promise.all(keys.map((key) => claimSoon(store, key, 'next')));
    expect(answers).toEqual(Array(20).fill(FIRST));
    expect(performance.now() - began).toBeLessThan(BACK_MS + TIMEOUT_MS + REST_MS);
    for (const key of keys) expect(await store.complete(key, 'next')).toBe(true);
  });

  it('executes a claim and its answer is cut off, asks once more, and knows the claim for its own', async () => {
    const { proxy, store } = await open(name, { proxied: true });
    const cut = proxy.cutNextAnswer();
    expect(await outcome(claim(store, 'event', 'patient'))).toEqual(FIRST);
    await cut;
    expect(await store.complete('event', 'patient')).toBe(true);
  });

  it('is down, leaves nothing in the client that would be sent later', async () => {
    const { redis, store } = await open(name);
    await redis.stop();
    await claim(store, 'noticed', 'gave-up').catch(() => undefined);
    const calls = Array.from({ length: 2_000 }, (_, index) => claim(store, `event-${index}`, 'gave-up'));
    expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual(Array(2_000).fill('rejected'));
    await redis.start();
    const look = new Redis(redis.url);
    ends.push(() => look.disconnect());
    await claimSoon(store, 'another', 'next');
    await sleep(100);
    expect(await look.keys('*event-*')).toEqual([]);
  });

  it('does not answer, is sent a thousand commands and refuses the next at once', async () => {
    const { redis, store } = await open(name);
    redis.pause();
    const calls = Promise.allSettled(
      Array.from({ length: 1_000 }, (_, index) => claim(store, `event-${index}`, 'gave-up')),
    );
    const refuses = async () => {
      await expect(claim(store, 'one-more', 'gave-up')).rejects.toThrow(/1000 commands/);
      await expect(store.complete('one-more', 'gave-up')).rejects.toThrow(/1000 commands/);
    };
    await refuses();
    await calls;
    const began = performance.now();
    await refuses();
    expect(performance.now() - began).toBeLessThan(100);
    redis.resume();
    expect(await claimSoon(store, 'event-999', 'next')).toEqual(FIRST);
  });

  it('is asked through a client that was closed, throws at once and opens it not again', async () => {
    const { store, close } = await open(name);
    await close();
    await sleep(20);
    const began = performance.now();
    await expect(claim(store, 'event', 'a')).rejects.toThrow(/closed/);
    expect(performance.now() - began).toBeLessThan(100);
  });

  it('was restarted or flushed, sends its scripts anew', async () => {
    const { redis, store } = await open(name);
    await claim(store, 'event', 'before');
    await redis.stop();
    await redis.start();
    expect(await claimSoon(store, 'event', 'after')).toEqual(FIRST);
    expect(await store.complete('event', 'after')).toBe(true);
  });
});
