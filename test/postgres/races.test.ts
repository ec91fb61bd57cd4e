// Every interleaving of claims, ends, prunings and open transactions that two pools on one table can be brought to.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClaimResult } from '@postern/core';
import type { PostgresStore } from '@postern/postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Database, hasPostgres, openPostgres } from '../services/postgres.ts';
import { claim, claimed, createStore, endPools, freshKey } from './rig.ts';

const ROUNDS = 15;

/** How an event may have been left, and with which attempt the next claim begins. */
const STATES: Readonly<
  Record<string, { readonly attempt: number; readonly make: (store: PostgresStore, key: string) => Promise<unknown> }>
> = {
  'is unknown': { attempt: 1, make: async () => undefined },
  'was given back': {
    attempt: 2,
    make: async (store, key) => {
      await claim(store, key, 'before');
      await store.release(key, 'before');
    },
  },
  'was left by a crash': { attempt: 2, make: (store, key) => claim(store, key, 'before', { leaseMs: 1 }) },
  'is forgotten, and was done': {
    attempt: 1,
    make: async (store, key) => {
      await claim(store, key, 'before', { leaseMs: 1, keepMs: 20 });
      await store.complete(key, 'before');
      await sleep(20);
    },
  },
  'is forgotten, and was left by a crash': {
    attempt: 1,
    make: async (store, key) => {
      await claim(store, key, 'before', { leaseMs: 1, keepMs: 1 });
      await sleep(5);
    },
  },
};

describe.skipIf(!(await hasPostgres()))('claims of many processes', () => {
  let database: Database;
  let serializable: Database;
  beforeAll(async () => {
    [database, serializable] = await Promise.all([openPostgres(), openPostgres()]);
    for (const { url } of [database, serializable]) await createStore(url).store.migrate();
  });
  afterEach(endPools);
  afterAll(() => Promise.all([database.close(), serializable.close()]));

  it.each(Object.entries(STATES))('give an event that %s to one of two hundred', async (_, { attempt, make }) => {
    const stores = [1, 2].map(() => createStore(database.url, { max: 15 }).store);
    for (let round = 0; round < ROUNDS; round++) {
      const key = freshKey();
      for (const store of stores.slice(0, 1)) await make(store, key);
      const asked = Array.from({ length: 100 }, (_, index) =>
        stores.map((store, at) => claim(store, key, `owner-${at}-${index}`)),
      );
      // What is over is being deleted at the same time.
      const [answers] = await Promise.all([Promise.all(asked.flat()), ...stores.map((store) => store.prune())]);
      expect(answers.filter((answer) => 'claimed' in answer)).toEqual([claimed(attempt)]);
      expect(answers.filter((answer) => 'inFlight' in answer)).toHaveLength(199);
    }
  });

  it('give one where each transaction is serializable, and ask again where the server refuses', async () => {
    const options = '-c default_transaction_isolation=serializable';
    const stores = [1, 2].map(() => createStore(serializable.url, { max: 10, options }).store);
    for (const { attempt, make } of Object.values(STATES)) {
      for (let round = 0; round < 5; round++) {
        const key = freshKey();
        for (const store of stores.slice(0, 1)) await make(store, key);
        const asked = Array.from({ length: 20 }, (_, index) =>
          stores.map((store, at) => claim(store, key, `owner-${at}-${index}`)),
        );
        const got = await Promise.all(asked.flat());
        expect(got.filter((answer) => 'claimed' in answer)).toEqual([claimed(attempt)]);
      }
    }
  });

  it('end once, whoever completes, releases, takes over and comes late', async () => {
    const stores = [1, 2].map(() => createStore(database.url, { max: 12 }).store);
    const keys = Array.from({ length: 4 }, freshKey);
    const begun: string[] = [];
    const ended: string[] = [];
    const wrong: unknown[] = [];
    const work = async (worker: number) => {
      const store = stores[worker % 2];
      if (store === undefined) return;
      for (let turn = 0; turn < 60; turn++) {
        const key = keys[(turn + worker) % keys.length] ?? '';
        const owner = `${worker}-${turn}`;
        // Half of the leases end while their owner still works.
        const leaseMs = turn % 2 === 0 ? 2 : 60_000;
        const answer: ClaimResult = await claim(store, key, owner, { leaseMs });
        if (!('claimed' in answer)) continue;
        begun.push(`${key} ${answer.attempt}`);
        if (answer.previouslyStarted !== answer.attempt > 1) wrong.push(answer);
        if (leaseMs === 2) await sleep(turn % 5);
        const isLast = answer.attempt >= 40;
        if (isLast && (await store.complete(key, owner))) ended.push(key);
        else await store.release(key, owner);
      }
    };
    await Promise.all(Array.from({ length: 24 }, (_, worker) => work(worker)));
    expect(new Set(begun).size).toBe(begun.length);
    expect(begun.length).toBeGreaterThan(100);
    expect(new Set(ended).size).toBe(ended.length);
    expect(wrong).toEqual([]);
  });

  describe('while the handler’s own transaction is open', () => {
    async function openTransaction(leaseMs: number) {
      const [mine, other] = [createStore(database.url), createStore(database.url)];
      const key = freshKey();
      await claim(mine.store, key, 'mine', { leaseMs });
      const connection = await mine.pool.connect();
      await connection.query('BEGIN');
      await mine.store.completeIn(connection, { claim: { key, owner: 'mine' } });
      const end = async (how: 'COMMIT' | 'ROLLBACK') => {
        await connection.query(how);
        connection.release();
      };
      return { mine: mine.store, other: other.store, key, end };
    }

    async function quickly<Answer>(answer: Promise<Answer>): Promise<Answer> {
      const began = performance.now();
      const given = await answer;
      expect(performance.now() - began).toBeLessThan(1_000);
      return given;
    }

    it('a repeat is told at once that the event is in flight, and afterwards that it is done', async () => {
      const { other, key, end } = await openTransaction(60_000);
      expect(await quickly(claim(other, key, 'other'))).toEqual({ inFlight: true, retryAfterMs: expect.any(Number) });
      expect(await quickly(claim(other, key, 'other', { retryOnly: true }))).toHaveProperty('inFlight');
      await end('COMMIT');
      expect(await claim(other, key, 'other')).toEqual({ done: true });
    });

    it('so is one that comes after the lease has lapsed: the open transaction may still win', async () => {
      const { mine, other, key, end } = await openTransaction(1);
      await sleep(5);
      expect(await quickly(claim(other, key, 'other'))).toEqual({ inFlight: true, retryAfterMs: 1_000 });
      expect(await quickly(claim(other, key, 'other', { retryOnly: true }))).toHaveProperty('inFlight');
      await end('COMMIT');
      expect(await mine.complete(key, 'mine')).toBe(true);
      expect(await claim(other, key, 'other')).toEqual({ done: true });
    });

    it('a transaction that rolls back leaves the event to the next', async () => {
      const { other, key, end } = await openTransaction(1);
      await end('ROLLBACK');
      expect(await claim(other, key, 'other')).toEqual(claimed(2));
    });

    it('a release does not wait for it longer than it may, holds no connection, and throws', async () => {
      const { key, end } = await openTransaction(60_000);
      const hasty = createStore(database.url, { timeoutMs: 100 });
      const releases = Array.from({ length: 30 }, () =>
        quickly(hasty.store.release(key, 'mine').catch((error: unknown) => error)),
      );
      for (const answer of await Promise.all(releases))
        expect(String(answer)).toMatch(/Another transaction|did not answer/);
      await vi.waitFor(() => expect(hasty.pool.idleCount).toBe(hasty.pool.totalCount), 5_000);
      await end('ROLLBACK');
      expect(await hasty.store.release(key, 'mine')).toBe(true);
    });
  });
});
