// The database stopped, killed, frozen, slow, and cut off in the middle of an answer: on a server of our own.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClaimStore } from '@postern/core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canStartPostgres, type PostgresServer, startPostgres } from '../services/postgres.ts';
import { startProxy, type TcpProxy } from '../services/tcp-proxy.ts';
import { claim, claimed, createStore, endPools, freshKey } from './rig.ts';

const TIMEOUT_MS = 400;
/** A call gives up after its time-out; the rest is for a machine that does other things besides. */
const SETTLED_MS = TIMEOUT_MS + 300;
const BACK_MS = 2_000;

interface Fault {
  readonly begin: (server: PostgresServer, proxy: TcpProxy) => unknown;
  readonly end: (server: PostgresServer, proxy: TcpProxy) => unknown;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  'is stopped': { begin: (server) => server.stop(), end: (server) => server.start() },
  crashes: { begin: (server) => server.stop('kill'), end: (server) => server.start() },
  'is frozen': { begin: (server) => server.pause(), end: (server) => server.resume() },
  'is two seconds slow': { begin: (_, proxy) => proxy.delay(2_000), end: (_, proxy) => proxy.straight() },
  'cannot be reached': { begin: (_, proxy) => proxy.shut(), end: (_, proxy) => proxy.open() },
};

/** How a call ended, and that it took no longer than it may. */
async function outcome(call: Promise<unknown>): Promise<unknown> {
  const began = performance.now();
  const end = await call.catch((error: unknown) => (error instanceof Error ? 'threw' : 'threw no Error'));
  expect(performance.now() - began).toBeLessThan(SETTLED_MS);
  return end;
}

/** Waits until the event can be claimed, as a sender's next tries would. */
async function claimSoon(store: ClaimStore, key: string, owner: string): Promise<unknown> {
  const end = performance.now() + BACK_MS;
  for (;;) {
    const answer = await claim(store, key, owner).catch(String);
    if (typeof answer === 'object' && 'claimed' in answer) return answer;
    if (performance.now() > end) return answer;
    await sleep(20);
  }
}

describe.skipIf(!canStartPostgres())('when PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
    await createStore(server.url).store.migrate();
    await endPools();
    return () => server.close();
  }, 60_000);
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function open(options: Parameters<typeof createStore>[1] = {}) {
    const proxy = await startProxy(server.port);
    ends.push(proxy.close);
    const url = `postgres://postgres@127.0.0.1:${proxy.port}/postgres`;
    const { pool, store } = createStore(url, { timeoutMs: TIMEOUT_MS, ...options });
    ends.push(endPools);
    return { proxy, pool, store };
  }

  /** What the table holds of a key, asked without the proxy. */
  async function look(key: string) {
    const { pool } = createStore(server.url);
    const { rows } = await pool.query('SELECT owner, attempts, done FROM postern_claims WHERE key = $1', [key]);
    return rows;
  }

  it.each(Object.entries(FAULTS))(
    '%s, every call settles, and nothing is claimed by who gave up',
    { timeout: 60_000 },
    async (_, fault) => {
      const { proxy, store } = await open();
      const running = freshKey();
      expect(await claimSoon(store, running, 'runner')).toEqual(claimed(1));
      await fault.begin(server, proxy);
      const keys = Array.from({ length: 20 }, freshKey);
      for (let round = 0; round < 3; round++) {
        const calls = keys.map((key) => outcome(claim(store, key, `gave-up-${round}`)));
        const settles = [outcome(store.complete(running, 'runner')), outcome(store.release(freshKey(), 'runner'))];
        expect(await Promise.all([...calls, ...settles])).toEqual(Array(22).fill('threw'));
      }
      await fault.end(server, proxy);
      const began = performance.now();
      expect(await Promise.all(keys.map((key) => claimSoon(store, key, 'next')))).toEqual(Array(20).fill(claimed(1)));
      expect(performance.now() - began).toBeLessThan(BACK_MS + SETTLED_MS);
      for (const key of keys) expect(await store.complete(key, 'next')).toBe(true);
      expect(await store.complete(running, 'runner')).toBe(true);
    },
  );

  it('has claimed and the answer is cut off, is asked once more, and the claim is known for its own', async () => {
    const { proxy, store } = await open({ max: 1, timeoutMs: 10_000 });
    // The first claim also deletes what is over. Then the connection is there, and the next answer is the claim's.
    await claim(store, freshKey(), 'first');
    await store.complete(freshKey(), 'nobody');
    const key = freshKey();
    const cut = proxy.cutNextAnswer();
    expect(await claim(store, key, 'patient')).toEqual(claimed(1));
    await cut;
    expect(await look(key)).toEqual([{ owner: 'patient', attempts: 1, done: false }]);
    const cutAgain = proxy.cutNextAnswer();
    expect(await store.complete(key, 'patient')).toBe(true);
    await cutAgain;
    expect(await look(key)).toEqual([{ owner: 'patient', attempts: 1, done: true }]);
  });

  it('has claimed and both its answers are cut off, nothing is left of the claim that was thrown for', async () => {
    const { proxy, store } = await open({ max: 1, timeoutMs: 10_000 });
    await claim(store, freshKey(), 'first');
    await store.complete(freshKey(), 'nobody');
    const key = freshKey();
    const cut = proxy.cutNextAnswer().then(proxy.cutNextAnswer);
    await expect(claim(store, key, 'unlucky')).rejects.toThrow();
    await cut;
    await expect.poll(() => look(key), { timeout: 5_000 }).toEqual([{ owner: '', attempts: 0, done: false }]);
  });

  it.each([0, 1, 2])('answers a claim too late after %i attempts, undoes it and counts none', async (before) => {
    const { store: straight } = createStore(server.url);
    const key = freshKey();
    for (let attempt = 1; attempt <= before; attempt++) {
      await claim(straight, key, 'before');
      await straight.release(key, 'before');
    }
    const { proxy, store } = await open({ max: 1 });
    await claimSoon(store, freshKey(), 'first');
    await store.complete(freshKey(), 'nobody');
    proxy.delay(60_000);
    await expect(claim(store, key, 'late', { material: 'the signed bytes' })).rejects.toThrow(
      /did not answer within 400 ms/,
    );
    expect(await look(key)).toEqual([{ owner: 'late', attempts: before + 1, done: false }]);
    proxy.straight();
    const undone = [{ owner: '', attempts: before, done: false }];
    await expect.poll(() => look(key), { timeout: 5_000 }).toEqual(undone);
    // The sender was told to come again, and may not sign anew: what it signed in time is still known.
    const retry = (material: string) => claim(straight, key, 'next', { retryOnly: true, material });
    expect(await retry('other bytes')).toEqual({ unknown: true });
    expect(await retry('the signed bytes')).toEqual(claimed(before + 1));
  });

  it('is frozen and a hundred questions are late, refuses the next at once', { timeout: 60_000 }, async () => {
    const { store } = await open();
    await claimSoon(store, freshKey(), 'first');
    server.pause();
    const calls = Array.from({ length: 300 }, () => claim(store, freshKey(), 'gave-up'));
    await Promise.allSettled(calls);
    const began = performance.now();
    await expect(claim(store, freshKey(), 'one-more')).rejects.toThrow(/late with 300 questions/);
    await expect(store.complete(freshKey(), 'one-more')).rejects.toThrow(/no more are asked/);
    expect(performance.now() - began).toBeLessThan(100);
    server.resume();
    expect(await claimSoon(store, freshKey(), 'next')).toEqual(claimed(1));
  });
});
