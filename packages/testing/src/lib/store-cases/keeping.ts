import { claimed, expectInFlight, expectSame, freshKey, type StoreScript } from '../store-case.ts';

/** How long an event is kept where its end is waited for, milliseconds: long enough for a slow store to be asked in the middle. */
const KEEP_MS = 1_200;
const HALF_MS = KEEP_MS / 2;
const KEPT = { keepMs: KEEP_MS, leaseMs: HALF_MS };

/** For how long an event is remembered. */
export const KEEPING_CASES: readonly StoreScript[] = [
  {
    id: 'keep-done',
    title: 'remembers a finished event until its time is over, counted from its claim and not from its end',
    async play({ claim, exact, pass, store }) {
      const key = freshKey();
      await claim(key, 'a', KEPT);
      await pass(HALF_MS);
      expectSame('the completion', await store.complete(key, 'a'), true);
      expectSame('a claim before its time is over', await claim(key, 'b', KEPT), { done: true });
      if (exact) {
        await pass(HALF_MS - 1);
        expectSame('a claim a millisecond before', await claim(key, 'b', KEPT), { done: true });
        await pass(1);
      } else await pass(HALF_MS);
      expectSame('a late claim when its time is over', await claim(key, 'c', { retryOnly: true }), { unknown: true });
      expectSame('a claim when its time is over', await claim(key, 'b'), claimed(1));
    },
  },
  {
    id: 'keep-released',
    title: 'forgets an event that nobody finished when its time is over',
    async play({ claim, pass, store }) {
      const key = freshKey();
      await claim(key, 'a', { keepMs: HALF_MS, leaseMs: HALF_MS });
      await store.release(key, 'a');
      await pass(HALF_MS);
      expectSame('a late claim', await claim(key, 'b', { retryOnly: true }), { unknown: true });
      expectSame('the next claim', await claim(key, 'b'), claimed(1));
    },
  },
  {
    id: 'keep-last-claim',
    title: 'counts the time from the last claim',
    async play({ claim, pass, store }) {
      const key = freshKey();
      await claim(key, 'a', KEPT);
      await store.release(key, 'a');
      await pass(HALF_MS);
      expectSame('the second claim', await claim(key, 'b', { keepMs: 10 * KEEP_MS }), claimed(2));
      await store.complete(key, 'b');
      await pass(HALF_MS);
      expectSame('a claim when the time of the first is over', await claim(key, 'c'), { done: true });
    },
  },
  {
    id: 'keep-late',
    title: 'lets no late retry lengthen the time in which late retries are let in',
    async play({ claim, pass, store }) {
      const key = freshKey();
      await claim(key, 'a', KEPT);
      await store.release(key, 'a');
      await pass(HALF_MS);
      const late = { retryOnly: true, leaseMs: 1, keepMs: 10 * KEEP_MS };
      expectSame('a late claim in time', await claim(key, 'b', late), claimed(2));
      await store.release(key, 'b');
      await pass(HALF_MS);
      expectSame('a late claim when the time is over', await claim(key, 'c', late), { unknown: true });
      expectSame('a claim that is not late', await claim(key, 'c'), claimed(1));
    },
  },
  {
    id: 'keep-late-running',
    title: 'does not forget a late retry while it runs',
    async play({ claim, pass, store }) {
      const key = freshKey();
      await claim(key, 'a', KEPT);
      await store.release(key, 'a');
      await pass(HALF_MS);
      expectSame('a late claim in time', await claim(key, 'b', { retryOnly: true }), claimed(2));
      await pass(HALF_MS);
      expectInFlight('a claim when the time is over', await claim(key, 'c'));
      expectSame('the completion', await store.complete(key, 'b'), true);
    },
  },
];
