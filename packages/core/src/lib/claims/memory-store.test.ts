import { describe, expect, it, vi } from 'vitest';
import type { ClaimRequest } from './contract.ts';
import { type MemoryStoreOptions, memoryStore } from './memory-store.ts';

const KEEP = 10_000_000;
const LEASE = 1_000;

function open(options: MemoryStoreOptions = {}) {
  const clock = { now: 1_000_000 };
  const store = memoryStore({ now: () => clock.now, ...options });
  const claim = (key: string, owner: string, changes: Partial<ClaimRequest> = {}) =>
    store.claim(key, { owner, leaseMs: LEASE, keepMs: KEEP, ...changes });
  return { clock, store, claim };
}

describe('memoryStore', () => {
  it('gives a claim to the first of many that ask at once', async () => {
    const { claim } = open();
    const results = await Promise.all(Array.from({ length: 50 }, (_, index) => claim('k', `owner-${index}`)));
    expect(results.filter((result) => 'claimed' in result)).toHaveLength(1);
    expect(results.filter((result) => 'inFlight' in result)).toHaveLength(49);
  });

  it('says how long the lease of a running event still lasts', async () => {
    const { clock, claim } = open();
    expect(await claim('k', 'a')).toEqual({ claimed: true, attempt: 1, previouslyStarted: false });
    clock.now += 400;
    expect(await claim('k', 'b')).toEqual({ inFlight: true, retryAfterMs: 600 });
  });

  it('remembers a finished event until its time is over', async () => {
    const { clock, store, claim } = open();
    await claim('k', 'a');
    expect(await store.complete('k', 'a')).toBe(true);
    clock.now += KEEP - 1;
    expect(await claim('k', 'b')).toEqual({ done: true });
    clock.now += 1;
    expect(await claim('k', 'b')).toEqual({ claimed: true, attempt: 1, previouslyStarted: false });
  });

  it('gives a released event to the next, who is told', async () => {
    const { store, claim } = open();
    await claim('k', 'a');
    expect(await store.release('k', 'a')).toBe(true);
    expect(await claim('k', 'b')).toEqual({ claimed: true, attempt: 2, previouslyStarted: true });
  });

  it('lets a claim be taken over when its lease has lapsed, and not a moment before', async () => {
    const { clock, claim } = open();
    await claim('k', 'a');
    clock.now += LEASE - 1;
    expect(await claim('k', 'b')).toEqual({ inFlight: true, retryAfterMs: 1 });
    clock.now += 1;
    expect(await claim('k', 'b')).toEqual({ claimed: true, attempt: 2, previouslyStarted: true });
  });

  it('lets a late owner neither commit nor release over a new one', async () => {
    const { clock, store, claim } = open();
    await claim('k', 'a');
    clock.now += LEASE;
    await claim('k', 'b');
    expect(await store.complete('k', 'a')).toBe(false);
    expect(await store.release('k', 'a')).toBe(false);
    expect(await claim('k', 'c')).toEqual({ inFlight: true, retryAfterMs: LEASE });
    expect(await store.complete('k', 'b')).toBe(true);
  });

  it('lets nobody settle what is unknown, released or finished', async () => {
    const { store, claim } = open();
    expect(await store.complete('k', 'a')).toBe(false);
    expect(await store.release('k', 'a')).toBe(false);
    await claim('k', 'a');
    await store.release('k', 'a');
    expect(await store.complete('k', 'a')).toBe(false);
    expect(await store.complete('k', '')).toBe(false);
    await claim('k', 'b');
    await store.complete('k', 'b');
    expect(await store.release('k', 'b')).toBe(false);
    expect(await store.release('k', '')).toBe(false);
    expect(await claim('k', 'c')).toEqual({ done: true });
  });

  it('tells an owner that asks twice the same: an answer of the store may have been lost', async () => {
    const { store, claim } = open();
    await claim('k', 'a');
    expect(await claim('k', 'a')).toEqual({ claimed: true, attempt: 1, previouslyStarted: false });
    expect(await store.complete('k', 'a')).toBe(true);
    expect(await store.complete('k', 'a')).toBe(true);
    expect(await store.complete('k', 'b')).toBe(false);
    expect(await store.complete('k', '')).toBe(false);
  });

  it('forgets nothing for a clock that gives no number', async () => {
    const { clock, store, claim } = open();
    await claim('k', 'a');
    await store.complete('k', 'a');
    for (const time of [Number.NaN, Number.POSITIVE_INFINITY]) {
      clock.now = time;
      expect(await claim('k', 'b')).toEqual({ done: true });
    }
  });

  it('lets no lease lapse when the time of day is changed', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const store = memoryStore();
      const request = { leaseMs: LEASE, keepMs: KEEP };
      await store.claim('k', { owner: 'a', ...request });
      vi.setSystemTime(Date.now() + 310_000);
      expect(await store.claim('k', { owner: 'b', ...request })).toHaveProperty('inFlight');
    } finally {
      vi.useRealTimers();
    }
  });

  describe('retryOnly', () => {
    it('claims nothing that is unknown, and remembers nothing of it', async () => {
      const { store, claim } = open();
      expect(await claim('k', 'a', { retryOnly: true })).toEqual({ unknown: true });
      expect(store.stats().entries).toBe(0);
    });

    it('claims what was started and never finished', async () => {
      const { clock, store, claim } = open();
      await claim('released', 'a');
      await store.release('released', 'a');
      await claim('crashed', 'a');
      expect(await claim('crashed', 'b', { retryOnly: true })).toHaveProperty('inFlight');
      clock.now += LEASE;
      expect(await claim('released', 'b', { retryOnly: true })).toMatchObject({ claimed: true, attempt: 2 });
      expect(await claim('crashed', 'b', { retryOnly: true })).toMatchObject({ claimed: true, attempt: 2 });
    });

    it('claims nothing that was last claimed with other signed bytes', async () => {
      const { store, claim } = open();
      await claim('k', 'a', { material: 'first' });
      await store.release('k', 'a');
      for (const material of [undefined, '', 'second'])
        expect(await claim('k', 'b', { retryOnly: true, material })).toEqual({ unknown: true });
      expect(await claim('k', 'b', { retryOnly: true, material: 'first' })).toMatchObject({ attempt: 2 });
    });

    it('does not claim what is done, or what has been forgotten', async () => {
      const { clock, store, claim } = open();
      await claim('k', 'a');
      await store.complete('k', 'a');
      expect(await claim('k', 'b', { retryOnly: true })).toEqual({ done: true });
      clock.now += KEEP;
      expect(await claim('k', 'b', { retryOnly: true })).toEqual({ unknown: true });
    });
  });

  describe('when full', () => {
    it('throws rather than forget an event that is running', async () => {
      const { claim } = open({ maxEntries: 2 });
      await claim('a', 'x');
      await claim('b', 'x');
      await expect(claim('c', 'x')).rejects.toThrow(/full/);
      expect(await claim('a', 'y')).toHaveProperty('inFlight');
    });

    it('throws rather than forget a finished event inside the replay window', async () => {
      const { clock, store, claim } = open({ maxEntries: 2, replayWindowMs: 5_000 });
      for (const key of ['a', 'b']) {
        await claim(key, 'x');
        await store.complete(key, 'x');
      }
      clock.now += 4_999;
      await expect(claim('c', 'x')).rejects.toThrow(/full/);
      expect(await claim('a', 'y')).toEqual({ done: true });
    });

    it('gives up the oldest finished event outside the replay window, and counts it', async () => {
      const { clock, store, claim } = open({ maxEntries: 2, replayWindowMs: 5_000 });
      for (const key of ['a', 'b']) {
        await claim(key, 'x');
        await store.complete(key, 'x');
        clock.now += 1;
      }
      clock.now += 5_000;
      expect(await claim('c', 'x')).toHaveProperty('claimed');
      expect(store.stats()).toEqual({ entries: 2, evicted: 1 });
      expect(await claim('b', 'y')).toEqual({ done: true });
    });

    it('never gives up an event that was released: its retry would come as a stranger', async () => {
      const { clock, store, claim } = open({ maxEntries: 1, replayWindowMs: 5_000 });
      await claim('a', 'x');
      await store.release('a', 'x');
      clock.now += 100_000;
      await expect(claim('b', 'x')).rejects.toThrow(/full/);
      expect(await claim('a', 'y', { retryOnly: true })).toHaveProperty('claimed');
    });

    it('takes the place of an event whose time is over, without counting a loss', async () => {
      const { clock, store, claim } = open({ maxEntries: 1 });
      await claim('a', 'x', { keepMs: 2_000 });
      clock.now += 2_000;
      expect(await claim('b', 'x')).toHaveProperty('claimed');
      expect(store.stats()).toEqual({ entries: 1, evicted: 0 });
    });

    it('still claims again what it knows', async () => {
      const { store, claim } = open({ maxEntries: 1 });
      await claim('a', 'x');
      await store.release('a', 'x');
      expect(await claim('a', 'y')).toMatchObject({ claimed: true, attempt: 2 });
    });
  });

  it('drops what is over with each claim, and so needs no timer', async () => {
    const { clock, store, claim } = open();
    for (let i = 0; i < 100; i++) await claim(`old-${i}`, 'x', { keepMs: 2_000 });
    expect(store.stats().entries).toBe(100);
    clock.now += 2_000;
    for (let i = 0; i < 100; i++) await claim(`new-${i}`, 'x');
    expect(store.stats()).toEqual({ entries: 100, evicted: 0 });
  });

  it.each([
    [{ maxEntries: 0 }, 'invalid-limit', 'memoryStore.maxEntries'],
    [{ maxEntries: Number.POSITIVE_INFINITY }, 'invalid-limit', 'memoryStore.maxEntries'],
    [{ replayWindowMs: -1 }, 'invalid-limit', 'memoryStore.replayWindowMs'],
    [{ max: 7 }, 'unknown-option', 'memoryStore.max'],
  ])('refuses %o', (options, code, option) => {
    expect(() => memoryStore(options as MemoryStoreOptions)).toThrow(expect.objectContaining({ code, option }));
  });

  it('keeps its two stores apart: nothing is shared between instances', async () => {
    const first = open();
    const second = open();
    await first.claim('k', 'a');
    expect(await second.claim('k', 'b')).toHaveProperty('claimed');
  });

  it('does not let late retries lengthen the time in which late retries are let in', async () => {
    const { clock, store, claim } = open();
    await claim('k', 'a');
    await store.release('k', 'a');
    clock.now += KEEP - 10;
    expect(await claim('k', 'b', { retryOnly: true })).toMatchObject({ claimed: true });
    await store.release('k', 'b');
    clock.now += LEASE;
    expect(await claim('k', 'c', { retryOnly: true })).toEqual({ unknown: true });
  });

  it('finds a finished event behind failed ones that must not be forgotten, at the next delivery if not at this one', async () => {
    const { clock, store, claim } = open({ maxEntries: 200, replayWindowMs: 10 });
    for (let i = 0; i < 64; i++) {
      await claim(`failed-${i}`, 'a');
      await store.release(`failed-${i}`, 'a');
    }
    for (let i = 64; i < 200; i++) {
      await claim(`done-${i}`, 'a');
      await store.complete(`done-${i}`, 'a');
    }
    clock.now += 11;
    await expect(claim('new', 'a')).rejects.toThrow(/full/);
    expect(await claim('new', 'a')).toMatchObject({ claimed: true });
  });
});
