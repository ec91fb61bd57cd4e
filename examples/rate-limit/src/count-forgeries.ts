import type { VerdictRecord } from '@postern/core';
import { ipKeyGenerator } from 'express-rate-limit';
import { LRUCache } from 'lru-cache';

/** How many forgeries an address has sent, and when that is forgotten. */
export interface ForgeryCount {
  readonly hits: number;
  /** Milliseconds until it is forgotten; 0 for an address that has sent none. */
  readonly forgottenInMs: number;
}

/** Who has sent forgeries lately. */
export interface Forgeries {
  /** What is known of a client address. */
  of(address: string): ForgeryCount;
  /** The hook of a receiver that counts. */
  onVerdict(record: VerdictRecord): void;
}

/**
 * Counts what was found forged, by client address, and nothing else: an honest sender may burst as it likes.
 *
 * A window begins with an address's first forgery. Only the latest `most` addresses are held, so that a stranger with many of them fills
 * no memory; of IPv6, a /56 is one address, since whoever has one address there commonly has them all.
 *
 * Several processes each count for themselves. To count together, keep the same two functions over Redis.
 */
export function countForgeries(settings: {
  readonly windowMs: number;
  /** Default 10,000. */
  readonly most?: number;
  /** Default: a monotonic clock, milliseconds. */
  readonly now?: () => number;
}): Forgeries {
  const { windowMs, most = 10_000, now } = settings;
  const counts = new LRUCache<string, { hits: number }>({
    max: most,
    ttl: windowMs,
    ttlResolution: 0,
    ...(now && { perf: { now } }),
  });
  return {
    of(address) {
      const key = keyOf(address);
      const hits = counts.get(key)?.hits ?? 0;
      return { hits, forgottenInMs: hits === 0 ? 0 : Math.max(1, counts.getRemainingTTL(key)) };
    },
    onVerdict({ kind, clientAddress, enforced }) {
      // What a guard that observes lets through must not be limited either.
      if (kind !== 'forged' || clientAddress === undefined || enforced === false) return;
      const key = keyOf(clientAddress);
      const count = counts.get(key);
      // The window is that of the first: each further forgery would make it longer.
      if (count === undefined) counts.set(key, { hits: 1 });
      else count.hits += 1;
    },
  };
}

function keyOf(address: string): string {
  return ipKeyGenerator(address, 56);
}
