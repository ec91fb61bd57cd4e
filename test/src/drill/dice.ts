/** Chance that can be had again: the same seed gives the same numbers, in the same order. */
export interface Dice {
  /** At least 0, less than 1. */
  roll(): number;
  chance(share: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
}

/** Makes dice of a seed. */
export function createDice(seed: number): Dice {
  // A Weyl sequence, its bits mixed: nothing hangs on its quality but that it repeats.
  let state = seed >>> 0;
  const roll = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let bits = state;
    bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  };
  return {
    roll,
    chance: (share) => roll() < share,
    pick: (list) => list[Math.floor(roll() * list.length)] ?? list[0],
  };
}
