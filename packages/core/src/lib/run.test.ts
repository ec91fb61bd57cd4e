import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type MemoryStore, memoryStore } from './claims/memory-store.ts';
import { type RunParts, type Settlement, startRun } from './run.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A run over a real store, claimed as a receiver claims it. */
async function start(changes: Partial<RunParts> = {}) {
  return startOn(memoryStore(), changes);
}

async function startOn(store: MemoryStore, changes: Partial<RunParts>) {
  const claim = (owner: string) => store.claim('key', { owner, leaseMs: 60_000, keepMs: 3_600_000 });
  await claim('owner');
  const reports: [outcome: Settlement['outcome'], reason: string | undefined, late: boolean][] = [];
  const run = startRun({
    store,
    claim: { key: 'key', owner: 'owner' },
    deadlineMs: 1_000,
    leaseUntil: performance.now() + 60_000,
    report: ({ outcome, reason }, late) => reports.push([outcome, reason, late]),
    ...changes,
  });
  return { run, claim, reports };
}

describe('startRun', () => {
  it('commits before it tells anybody', async () => {
    const order: string[] = [];
    const store = memoryStore();
    const { run } = await start({
      store: {
        ...store,
        async complete() {
          order.push('asked to commit');
          await Promise.resolve();
          order.push('committed');
          return true;
        },
      },
      report: () => order.push('reported'),
    });
    void run.settled.then(() => order.push('settled'));
    await run.end({ ok: true });
    await run.settled;
    expect(order).toEqual(['asked to commit', 'committed', 'reported', 'settled']);
  });

  it('gives a claim back when the handler failed, so that the next one gets it at once', async () => {
    const { run, claim, reports } = await start();
    const error = new Error('no stock');
    expect(await run.end({ ok: false, reason: 'handler-failed', error })).toEqual({
      outcome: 'released',
      reason: 'handler-failed',
      error,
    });
    expect(await claim('next')).toMatchObject({ claimed: true, attempt: 2, previouslyStarted: true });
    expect(reports).toEqual([['released', 'handler-failed', false]]);
  });

  it('lets the first end count, and no later one change it', async () => {
    const { run, claim, reports } = await start();
    await run.end({ ok: true });
    expect(await run.end({ ok: false, reason: 'handler-failed', error: new Error('late') })).toEqual({
      outcome: 'committed',
    });
    await run.end({ ok: true });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await claim('next')).toEqual({ done: true });
    // The error is news; returning after an acknowledgement is not.
    expect(reports).toEqual([
      ['committed', undefined, false],
      ['released', 'handler-failed', true],
    ]);
    expect(run.signal.aborted).toBe(false);
  });

  it('does not commit what fail() gave back, though the handler then returns', async () => {
    const { run, claim, reports } = await start();
    await Promise.all([run.end({ ok: false, reason: 'handler-failed' }), run.end({ ok: true })]);
    expect(await claim('next')).toHaveProperty('claimed');
    expect(reports).toEqual([['released', 'handler-failed', false]]);
  });

  it('ends at the deadline: aborts, gives the claim back, and reports a later end as late', async () => {
    const { run, claim, reports } = await start();
    await vi.advanceTimersByTimeAsync(999);
    expect(run.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(run.signal.aborted).toBe(true);
    expect(run.signal.reason).toMatchObject({ name: 'TimeoutError' });
    expect(await run.settled).toMatchObject({ outcome: 'released', reason: 'handler-timeout' });
    expect(await run.end({ ok: true })).toMatchObject({ outcome: 'released', reason: 'handler-timeout' });
    expect(await claim('next')).toHaveProperty('claimed');
    expect(reports).toEqual([
      ['released', 'handler-timeout', false],
      ['released', undefined, true],
    ]);
  });

  it('leaves no timer behind when it ends in time', async () => {
    const { run } = await start();
    await run.end({ ok: true });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not call success what could not be committed', async () => {
    const store = memoryStore();
    const down = await start({ store: { ...store, complete: () => Promise.reject(new Error('down')) } });
    expect(await down.run.end({ ok: true })).toMatchObject({ outcome: 'uncommitted', reason: 'store-unavailable' });
    const lost = await start({ store: { ...store, complete: () => Promise.resolve(false) } });
    expect(await lost.run.end({ ok: true })).toMatchObject({ outcome: 'uncommitted', reason: 'in-flight' });
    expect([down.reports, lost.reports]).toEqual([
      [['uncommitted', 'store-unavailable', false]],
      [['uncommitted', 'in-flight', false]],
    ]);
  });

  it('commits behind the answer when the store is back before the lease ends', async () => {
    const store = memoryStore();
    let down = true;
    const { run, claim } = await startOn(store, {
      store: {
        ...store,
        complete: (key, owner) => (down ? Promise.reject(new Error('down')) : store.complete(key, owner)),
      },
    });
    expect(await run.end({ ok: true })).toMatchObject({ outcome: 'uncommitted', reason: 'store-unavailable' });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(await claim('retry')).toHaveProperty('inFlight');
    down = false;
    await vi.advanceTimersByTimeAsync(8_000);
    expect(await claim('retry')).toEqual({ done: true });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives back behind the answer when the store is back before the lease ends', async () => {
    const store = memoryStore();
    let down = true;
    const { run, claim } = await startOn(store, {
      store: {
        ...store,
        release: (key, owner) => (down ? Promise.reject(new Error('down')) : store.release(key, owner)),
      },
    });
    expect(await run.end({ ok: false, reason: 'handler-failed' })).toMatchObject({ outcome: 'released' });
    down = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await claim('retry')).toMatchObject({ claimed: true, attempt: 2 });
  });

  it('asks no more when the lease has ended: the event may be somebody else’s', async () => {
    let asked = 0;
    const { run } = await startOn(memoryStore(), {
      store: {
        ...memoryStore(),
        complete() {
          asked++;
          return Promise.reject(new Error('down'));
        },
      },
    });
    await run.end({ ok: true });
    await vi.advanceTimersByTimeAsync(60_000);
    const until = asked;
    expect(until).toBeGreaterThan(3);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(asked).toBe(until);
  });

  it('settles what has no claim, and asks no store', async () => {
    const { run, claim, reports } = await start({ claim: undefined });
    expect(await run.end({ ok: true })).toEqual({ outcome: 'unclaimed' });
    const failing = await start({ claim: undefined });
    expect(await failing.run.end({ ok: false, reason: 'handler-failed' })).toMatchObject({
      outcome: 'unclaimed',
      reason: 'handler-failed',
    });
    expect(await claim('next')).toHaveProperty('inFlight');
    expect(reports).toEqual([['unclaimed', undefined, false]]);
  });

  it('is cut with its signal, gives its claim back, and reports a later end as late', async () => {
    const { run, claim, reports } = await start();
    expect(await run.cut()).toMatchObject({ outcome: 'released', reason: 'draining' });
    expect(run.signal.reason).toMatchObject({ name: 'AbortError' });
    expect(await claim('next')).toMatchObject({ claimed: true, attempt: 2 });
    await run.end({ ok: true });
    expect(reports).toEqual([
      ['released', 'draining', false],
      ['released', undefined, true],
    ]);
  });

  it('that is settled is not cut', async () => {
    const { run } = await start();
    await run.end({ ok: true });
    expect(await run.cut()).toEqual({ outcome: 'committed' });
    expect(run.signal.aborted).toBe(false);
  });

  it('resolves though the claim cannot be given back: the lease will do it', async () => {
    const store = memoryStore();
    const { run } = await start({ store: { ...store, release: () => Promise.reject(new Error('down')) } });
    expect(await run.end({ ok: false, reason: 'handler-failed' })).toMatchObject({ outcome: 'released' });
  });

  it('resolves though a store throws where it should reject', async () => {
    const store = memoryStore();
    const throws = () => {
      throw new Error('not a promise');
    };
    const completing = await start({ store: { ...store, complete: throws } });
    expect(await completing.run.end({ ok: true })).toMatchObject({ outcome: 'uncommitted' });
    const releasing = await start({ store: { ...store, release: throws } });
    expect(await releasing.run.end({ ok: false, reason: 'handler-failed' })).toMatchObject({ outcome: 'released' });
  });
});
