import { expect, it } from 'vitest';
import { recentMap } from './recent-map.ts';

it('a table of what was seen last has an end', () => {
  const table = recentMap<object>(2);
  const make = () => ({});
  const a = table.get('a', make);
  table.get('b', make);
  expect(table.get('a', make)).toBe(a);
  table.get('c', make);
  expect(table.get('a', make)).toBe(a);
  expect([table.find('b'), table.size()]).toEqual([undefined, 2]);
});

it('looking for an entry makes none, and keeps none from making room', () => {
  const table = recentMap<object>(2);
  expect([table.find('a'), table.size()]).toEqual([undefined, 0]);
  const a = table.get('a', () => ({}));
  table.get('b', () => ({}));
  expect(table.find('a')).toBe(a);
  table.get('c', () => ({}));
  expect(table.find('a')).toBeUndefined();
});
