import { describe, expect, it } from 'vitest';
import { createBudget } from './budget.ts';

function open(perMinute = 100) {
  const clock = { now: 1_000_000 };
  const budget = createBudget(perMinute, () => clock.now);
  let made = 0;
  /** How many of so many look-ups are made, and come to nothing. Each names another of the orders. */
  const wrong = (source: string, times: number, orders = times) =>
    Array.from({ length: times }, (_, n) => budget.lookup(source, `order-${n % orders}`)).filter(isGrant).length;
  /** The same, of look-ups that each find a payment; without an id, one that nobody told of before. */
  const paid = (source: string, times: number, id?: string) =>
    Array.from({ length: times }, (_, n) => {
      const grant = budget.lookup(source, `paid-${made + n}`);
      if (isGrant(grant)) grant.paid(id ?? `id-${made++}`);
      return grant;
    }).filter(isGrant).length;
  return { clock, budget, wrong, paid };
}

const isGrant = (granted: ReturnType<ReturnType<typeof createBudget>['lookup']>) => typeof granted === 'object';

describe('a budget', () => {
  it('lets so many requests through in any 60 seconds, and says when the next may come', () => {
    const { clock, budget } = open(4);
    const grant = budget.lookup('a', 'o');
    if (typeof grant === 'number') throw new Error('refused');
    expect([0, 1, 2, 3].map(() => grant.request())).toEqual([0, 0, 0, 60_000]);
    clock.now += 59_999;
    expect(grant.request()).toBe(1);
    clock.now += 1;
    expect([0, 1, 2, 3, 4].map(() => grant.request())).toEqual([0, 0, 0, 0, 60_000]);
    expect(budget.lookup('b', 'p')).toBe(60_000);
  });

  it('gives one source a few look-ups of an order, and all sources of one standing a few more', () => {
    const { wrong } = open();
    // The second is new with its first look-up, and suspected with the others.
    expect([wrong('a', 20, 1), wrong('b', 20, 1), wrong('c', 20, 1), wrong('d', 20, 1)]).toEqual([6, 6, 6, 3]);
  });

  it('does not give one source all there is', () => {
    const { wrong } = open(10);
    expect(wrong('a', 20)).toBe(8);
    expect(wrong('b', 20)).toBe(2);
  });

  it('takes nothing for a look-up that it refuses', () => {
    const { budget, wrong } = open(10);
    wrong('a', 50, 1);
    const grant = budget.lookup('a', 'p');
    expect(typeof grant === 'object' && Array.from({ length: 4 }, () => grant.request())).toEqual([0, 0, 0, 60_000]);
  });

  it('does not take one pair of source and order for another', () => {
    const { budget } = open();
    for (let n = 0; n < 6; n++) budget.lookup('a', 'bc');
    expect([budget.lookup('a', 'bc'), budget.lookup('ab', 'c')].map(isGrant)).toEqual([false, true]);
  });

  it('grants nothing by a clock that stands nowhere, and is not stopped by one that was set back', () => {
    const { clock, budget } = open(1);
    expect(isGrant(budget.lookup('a', 'o'))).toBe(true);
    clock.now -= 3_600_000;
    expect(isGrant(budget.lookup('a', 'o'))).toBe(true);
    clock.now = Number.NaN;
    expect(budget.lookup('a', 'o')).toBe(60_000);
  });
});

describe('strangers', () => {
  it('who were wrong cannot starve a source that was not, of any order', () => {
    const { budget, wrong } = open();
    for (let n = 0; n < 108; n++) wrong(`stranger-${n % 2}`, 9);
    expect([wrong('stranger-0', 9), wrong('stranger-1', 9)]).toEqual([0, 0]);
    expect(isGrant(budget.lookup('genuine', 'order-0'))).toBe(true);
  });

  it('who were wrong share a quarter, and who are new another', () => {
    const { budget, wrong, paid } = open();
    paid('genuine', 1);
    expect([wrong('a', 40), wrong('b', 40)]).toEqual([26, 1]);
    const fresh = Array.from({ length: 200 }, (_, n) => budget.lookup(`fresh-${n}`, `another-${n}`));
    expect(fresh.filter(isGrant)).toHaveLength(23);
    expect(paid('genuine', 80)).toBe(49);
  });

  it('use up no look-ups of an order that is named by a trusted source', () => {
    const { budget, paid, wrong } = open();
    paid('genuine', 1);
    for (let n = 0; n < 40; n++) wrong(`fresh-${n}`, 1, 1);
    wrong('fresh-0', 40, 1);
    expect(isGrant(budget.lookup('another', 'order-0'))).toBe(false);
    expect(isGrant(budget.lookup('genuine', 'order-0'))).toBe(true);
  });

  it('have their other tries and logins charged to them, and not to all', () => {
    const { budget, paid } = open();
    paid('genuine', 1);
    for (let n = 0; n < 100; n++) {
      const grant = budget.lookup('a', `order-${n}`);
      if (typeof grant === 'object') for (let tries = 0; tries < 5; tries++) grant.request();
    }
    expect(paid('genuine', 80)).toBeGreaterThanOrEqual(49);
  });

  it('are suspected for ten minutes, from when a look-up begins', () => {
    const { clock, wrong } = open();
    wrong('first', 1);
    wrong('a', 1);
    wrong('b', 40);
    // The suspects' quarter is full: whoever is new gets something.
    expect([wrong('a', 1), wrong('c', 1)]).toEqual([0, 1]);
    clock.now += 599_000;
    wrong('b', 40);
    expect(wrong('a', 1)).toBe(0);
    clock.now += 1_000;
    expect(wrong('a', 1)).toBe(1);
  });

  it('are given back what they paid for a payment that nobody told of before', () => {
    const { budget, wrong } = open();
    wrong('first', 1);
    const grant = budget.lookup('a', 'o');
    expect(wrong('a', 40)).toBe(25);
    if (typeof grant === 'object') grant.paid('id');
    expect(wrong('a', 40)).toBe(40);
  });

  it('are not trusted for repeating what is known: one payment of their own is worth one trust', () => {
    const { wrong, paid, clock } = open();
    paid('genuine', 1, 'known');
    paid('a', 1, 'known');
    expect(wrong('a', 100)).toBe(25);
    clock.now += 60_000;
    // Nor is it for nothing to repeat it.
    expect(paid('a', 100, 'known')).toBe(25);
  });

  it('who have paid once use their trust up', () => {
    const { clock, wrong, paid } = open();
    paid('genuine', 1);
    paid('a', 1);
    expect(wrong('a', 100)).toBe(79);
    clock.now += 60_000;
    expect(wrong('a', 100)).toBe(26);
  });

  it('with made-up addresses do not push out those that are trusted', () => {
    const { clock, wrong, paid } = open();
    paid('genuine', 1);
    for (let n = 0; n < 3_000; n++) wrong(`fresh-${n}`, 1);
    expect(paid('genuine', 30)).toBe(30);
    clock.now += 60_000;
    expect(paid('genuine', 80)).toBe(80);
  });
});

describe('genuine notices', () => {
  it('of a few addresses use all there is, from the first minute', () => {
    const { clock, paid } = open();
    const burst = () => ['a', 'b', 'c'].map((source) => paid(source, 1_000)).reduce((sum, one) => sum + one);
    expect(burst()).toBe(100);
    clock.now += 60_000;
    expect(burst()).toBe(100);
  });

  it('of addresses that are trusted may all be looked up at one moment', () => {
    const { clock, paid, wrong } = open();
    for (const source of ['a', 'b', 'c']) paid(source, 1);
    clock.now += 60_000;
    // None is answered yet.
    expect(wrong('a', 80) + wrong('b', 80)).toBe(100);
  });

  it('that come by one address with the forged ones, as behind a proxy, have what one source has', () => {
    const { clock, wrong, paid } = open();
    for (let minute = 0; minute < 30; minute++) {
      expect(wrong('proxy', 60)).toBe(60);
      expect(paid('proxy', 20)).toBe(20);
      clock.now += 60_000;
    }
    for (let minute = 0; minute < 5; minute++) {
      expect(wrong('proxy', 80)).toBe(80);
      clock.now += 60_000;
    }
  });
});
