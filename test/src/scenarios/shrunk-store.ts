import type { ClaimStore } from '@postern/core';
import type { Claimed } from './place.ts';
import type { Setup } from './setup.ts';

/** A store that counts in scenario time, and tells of what it does. */
interface Shrinking {
  readonly setup: Setup;
  /** The scenario's clock, milliseconds since 1970. */
  readonly calendarMs: () => number;
  readonly onClaim: (claim: Claimed) => void;
  readonly onSettle: (key: string, owner: string) => void;
}

/** So many leases long an event is kept that must be forgotten before the scenario ends. */
const LEASES_KEPT = 2;

/**
 * Gives a real store the leases of a scenario, shrunk to what can be waited for; and the time for which it keeps an event as well, where
 * the scenario goes on beyond it.
 */
export function shrinkStore(store: ClaimStore, { setup, calendarMs, onClaim, onSettle }: Shrinking): ClaimStore {
  const { lease, lastMs } = setup;
  const settle = async (settled: Promise<boolean>, key: string, owner: string) => {
    const own = await settled;
    if (own) onSettle(key, owner);
    return own;
  };
  return {
    async claim(key, request) {
      const forgotten = calendarMs() + request.keepMs <= lastMs;
      const keepMs = forgotten ? LEASES_KEPT * lease.realMs : request.keepMs;
      const askedMs = Date.now();
      const result = await store.claim(key, { ...request, leaseMs: lease.realMs, keepMs });
      if ('claimed' in result)
        onClaim({
          key,
          owner: request.owner,
          askedMs,
          answeredMs: Date.now(),
          leaseMs: lease.realMs,
          nominalKeepMs: request.keepMs,
          keepMs,
          late: request.retryOnly === true,
        });
      return result;
    },
    complete: (key, owner) => settle(store.complete(key, owner), key, owner),
    release: (key, owner) => settle(store.release(key, owner), key, owner),
  };
}
