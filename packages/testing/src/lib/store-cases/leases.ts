import { claimed, expectInFlight, expectSame, freshKey, LEASE_MS, SHORT_MS, type StoreScript } from '../store-case.ts';

/** Who owns an event, and for how long. */
export const LEASE_CASES: readonly StoreScript[] = [
  {
    id: 'lease-first',
    title: 'gives a new event to the first, and tells the second how long to wait',
    async play({ claim, clients: [, other] }) {
      const key = freshKey();
      expectSame('the first claim', await claim(key, 'a'), claimed(1));
      expectInFlight('the second claim', await claim(key, 'b', {}, other));
    },
  },
  {
    id: 'lease-lapsed',
    title: 'lets an event be taken over when its lease has lapsed, and tells the next',
    async play({ claim, exact, pass }) {
      const key = freshKey();
      await claim(key, 'a', { leaseMs: SHORT_MS });
      if (exact) {
        await pass(SHORT_MS - 1);
        expectInFlight('a claim a millisecond before the end', await claim(key, 'b'), 1);
        await pass(1);
      } else await pass(SHORT_MS);
      expectSame('a claim after the end of the lease', await claim(key, 'b'), claimed(2));
    },
  },
  {
    id: 'lease-late-owner',
    title: 'lets a late owner neither complete nor release over a new one',
    async play({ claim, pass, store, clients: [, other] }) {
      const key = freshKey();
      await claim(key, 'late', { leaseMs: SHORT_MS });
      await pass(SHORT_MS);
      await claim(key, 'next', {}, other);
      expectSame('the late completion', await store.complete(key, 'late'), false);
      expectSame('the late release', await store.release(key, 'late'), false);
      expectInFlight('a claim while the next one runs', await claim(key, 'third'));
      expectSame('the completion by the next', await other.complete(key, 'next'), true);
      expectSame('a completion later still', await store.complete(key, 'late'), false);
      expectSame('a release later still', await store.release(key, 'late'), false);
      expectSame('a claim of what is done', await claim(key, 'third'), { done: true });
    },
  },
  {
    id: 'lease-unfollowed',
    title: 'lets an owner whose lease has lapsed complete, if nobody followed',
    async play({ claim, pass, store }) {
      const key = freshKey();
      await claim(key, 'slow', { leaseMs: SHORT_MS });
      await pass(SHORT_MS);
      expectSame('the completion', await store.complete(key, 'slow'), true);
      expectSame('a claim of what is done', await claim(key, 'next'), { done: true });
    },
  },
  {
    id: 'lease-asked-again',
    title: 'tells an owner that claims again, since the answer was lost, the same as before',
    async play({ claim, clients: [, other], store }) {
      const key = freshKey();
      await claim(key, 'a');
      expectSame('the same claim once more', await claim(key, 'a', {}, other), claimed(1));
      await store.release(key, 'a');
      await claim(key, 'b');
      expectSame('the second attempt, claimed once more', await claim(key, 'b'), claimed(2));
      expectInFlight('a claim by who released', await claim(key, 'a'));
      expectSame('the completion', await store.complete(key, 'b'), true);
      expectSame('the next claim', await claim(key, 'b'), { done: true });
    },
  },
  {
    id: 'lease-attempts',
    title: 'counts attempts over releases and lapses',
    async play({ claim, pass, store }) {
      const key = freshKey();
      for (const attempt of [1, 2, 3]) {
        const owner = `owner-${attempt}`;
        expectSame(`claim ${attempt}`, await claim(key, owner), claimed(attempt));
        await store.release(key, owner);
      }
      expectSame('claim 4', await claim(key, 'crashes', { leaseMs: SHORT_MS }), claimed(4));
      await pass(SHORT_MS);
      expectSame('claim 5', await claim(key, 'last'), claimed(5));
    },
  },
  {
    id: 'lease-long',
    title: 'takes the longest deadline and the longest memory that a receiver can be given',
    async play({ claim, store }) {
      const key = freshKey();
      const leaseMs = 2_147_483_647 + 5_000;
      const times = { leaseMs, keepMs: 8_760 * 3_600_000 };
      expectSame('the first claim', await claim(key, 'a', times), claimed(1));
      const answer = await claim(key, 'b', times);
      expectInFlight('the second claim', answer, leaseMs);
      const long = 'inFlight' in answer && answer.retryAfterMs > leaseMs - LEASE_MS;
      expectSame('the second is told to wait for nearly all of the lease', long, true);
      expectSame('the completion', await store.complete(key, 'a'), true);
      expectSame('a claim of what is done', await claim(key, 'b'), { done: true });
    },
  },
  {
    id: 'lease-clock',
    title: 'goes by a clock of its own: what the time of day is set to ends no lease and forgets nothing',
    async play({ claim, store }) {
      const [running, done] = [freshKey(), freshKey()];
      await claim(running, 'a');
      await claim(done, 'a');
      await store.complete(done, 'a');
      for (const step of [-86_400_000, 86_400_000])
        await withTimeOfDay(step, async () => {
          expectInFlight(`a claim, the time of day ${step} ms off`, await claim(running, 'b'));
          expectSame(`a claim of what is done, ${step} ms off`, await claim(done, 'b'), { done: true });
        });
    },
  },
];

/** Sets this process's time of day off by so many milliseconds, for as long as the task takes. */
async function withTimeOfDay(step: number, task: () => Promise<void>): Promise<void> {
  const real = globalThis.Date;
  const time = () => real.now() + step;
  globalThis.Date = new Proxy(real, {
    get: (target, name) => (name === 'now' ? time : Reflect.get(target, name)),
    construct: (target, values) => (values.length === 0 ? new target(time()) : Reflect.construct(target, values)),
  });
  try {
    await task();
  } finally {
    globalThis.Date = real;
  }
}
