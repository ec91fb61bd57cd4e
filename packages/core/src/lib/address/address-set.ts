import type { Address } from './parse-address.ts';

/** All addresses from one to another, both included, of one family. */
export interface AddressRange {
  readonly first: Address;
  readonly last: Address;
}

/** Many ranges, ready to be asked. */
export interface AddressSet {
  has(address: Address): boolean;
  /** True when every IPv4 or every IPv6 address there is lies in it. */
  readonly everyone: boolean;
}

/** The range of a network, or `undefined` where the address has bits set beyond the prefix. */
export function rangeOf(network: Address, bits: number): AddressRange | undefined {
  const hosts = network.map((_, index) => {
    const kept = Math.min(32, Math.max(0, bits - 32 * index));
    return kept === 32 ? 0 : 0xffff_ffff >>> kept;
  });
  if (network.some((word, index) => (word & (hosts[index] ?? 0)) !== 0)) return undefined;
  return { first: network, last: network.map((word, index) => (word | (hosts[index] ?? 0)) >>> 0) };
}

/** Sorts and merges ranges, so that one question costs one binary search, however many there are. */
export function compileSet(ranges: readonly AddressRange[]): AddressSet {
  const four = compileTable(ranges, 1);
  const six = compileTable(ranges, 4);
  return {
    has: (address) => (address.length === 1 ? four : six).has(address),
    everyone: four.everyone || six.everyone,
  };
}

/** The ranges of one family: disjoint, ascending, in two flat rows of words. */
function compileTable(ranges: readonly AddressRange[], width: number): AddressSet {
  const merged: { first: Address; last: Address }[] = [];
  for (const { first, last } of ranges
    .filter((one) => one.first.length === width)
    .sort((a, b) => compare(a.first, b.first, 0))) {
    const before = merged.at(-1);
    if (before === undefined || (compare(first, before.last, 0) > 0 && !follows(first, before.last)))
      merged.push({ first, last });
    else if (compare(last, before.last, 0) > 0) before.last = last;
  }
  const firsts = Uint32Array.from(merged.flatMap(({ first }) => first));
  const lasts = Uint32Array.from(merged.flatMap(({ last }) => last));
  return {
    has(address) {
      let low = 0;
      let high = merged.length;
      // The last range that begins at the address or before it.
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (compare(address, firsts, middle * width) < 0) high = middle;
        else low = middle + 1;
      }
      return low > 0 && compare(address, lasts, (low - 1) * width) <= 0;
    },
    everyone: merged.length === 1 && firsts.every((word) => word === 0) && lasts.every((word) => word === 0xffff_ffff),
  };
}

/** Compares an address with the one that stands in a row of words from `at` on. */
function compare(address: Address, row: ArrayLike<number>, at: number): number {
  for (let index = 0; index < address.length; index++) {
    const difference = (address[index] ?? 0) - (row[at + index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** True for the address right after another. */
function follows(address: Address, before: Address): boolean {
  for (let index = address.length - 1; index >= 0; index--) {
    const next = ((before[index] ?? 0) + 1) >>> 0;
    if (address[index] !== next) return false;
    // Nothing to carry: what stands before must be the same.
    if (next !== 0) return address.slice(0, index).every((word, other) => word === before[other]);
  }
  return false;
}
