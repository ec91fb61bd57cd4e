import { describe, expect, it } from 'vitest';
import { createBudget, recentMap } from './budget.ts';

function open(perMinute = 100) {
  const clock = { now: 1_000_000 };
  return { clock, budget: createBudget(perMinute, () => clock.now) };
}

describe('a budget', () => {
  it('lets so many requests through in any 60 seconds, and says when the next may come', () => {
    const { clock, budget } = open(3);
    expect([0, 1, 2, 3].map(() => budget.request())).toEqual([0, 0, 0, 60_000]);
    clock.now += 59_999;
    expect(budget.request()).toBe(1);
    clock.now += 1;
    expect([0, 1, 2, 3].map(() => budget.request())).toEqual([0, 0, 0, 60_000]);
  });

  it('gives one source a few look-ups of an order, and all sources a few more', () => {
    const { budget } = open();
    const granted = (source: string) =>
      Array.from({ length: 20 }, () => budget.lookup(source, 'o')).filter((wait) => wait === 0).length;
    expect(granted('a')).toBe(6);
    expect(granted('b')).toBe(6);
    expect(granted('c')).toBe(0);
    expect(budget.lookup('a', 'p')).toBe(0);
  });

  it('does not give one source all there is', () => {
    const { budget } = open(10);
    const granted = (source: string) =>
      Array.from({ length: 20 }, (_, n) => budget.lookup(source, `${source}${n}`)).filter((wait) => wait === 0).length;
    expect(granted('a')).toBe(8);
    expect(granted('b')).toBe(2);
  });

  it('takes nothing for a look-up that it refuses', () => {
    const { budget } = open(10);
    for (let n = 0; n < 50; n++) budget.lookup('a', 'o');
    expect(Array.from({ length: 4 }, () => budget.request())).toEqual([0, 0, 0, 0]);
  });

  it('does not take one pair of source and order for another', () => {
    const { budget } = open();
    for (let n = 0; n < 6; n++) budget.lookup('a', 'bc');
    expect([budget.lookup('a', 'bc') > 0, budget.lookup('ab', 'c')]).toEqual([true, 0]);
  });

  it('grants nothing by a clock that stands nowhere, and is not stopped by one that was set back', () => {
    const { clock, budget } = open(1);
    expect(budget.request()).toBe(0);
    clock.now -= 3_600_000;
    expect(budget.request()).toBe(0);
    clock.now = Number.NaN;
    expect(budget.request()).toBe(60_000);
  });
});

it('a table of what was seen last has an end', () => {
  const table = recentMap<object>(2);
  const make = () => ({});
  const a = table.get('a', make);
  table.get('b', make);
  expect(table.get('a', make)).toBe(a);
  table.get('c', make);
  expect(table.get('a', make)).toBe(a);
});
