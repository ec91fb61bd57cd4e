import { expect, it } from 'vitest';
import { createOrder } from './order.ts';

/** Lets messages come in this order, and resolves to the order in which they got through. */
async function through(numbers: readonly number[]): Promise<readonly number[]> {
  const { turn } = createOrder();
  const seen: number[] = [];
  await Promise.all(numbers.map((number) => turn(number).then(() => seen.push(number))));
  return seen;
}

it('lets messages through by their numbers, however they come', async () => {
  expect(await through([1, 2, 3])).toEqual([1, 2, 3]);
  expect(await through([3, 2, 4, 1])).toEqual([1, 2, 3, 4]);
});

it('waits no longer than a moment for a message that never comes', async () => {
  expect(await through([4, 3, 1])).toEqual([1, 3, 4]);
});
