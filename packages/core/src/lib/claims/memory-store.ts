import { positiveInteger, refuseUnknownOptions } from '../options.ts';
import type { ClaimRequest, ClaimResult, ClaimStore } from './contract.ts';

/** Options of `memoryStore`. */
export interface MemoryStoreOptions {
  /** The most events it remembers. Default 1,000,000, which is some 800 events a second over the default replay window. */
  readonly maxEntries?: number;
  /** For how long a finished event is never given up to make room, milliseconds. Default 1,200,000: twice a tolerance of 300 s, and 600 s. */
  readonly replayWindowMs?: number;
  /** The store's clock, milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** The memory store, with what an operator may want to know of it. */
export interface MemoryStore extends ClaimStore {
  readonly stats: () => { readonly entries: number; readonly evicted: number };
}

interface Entry {
  /** Empty when nobody owns it. */
  owner: string;
  attempts: number;
  done: boolean;
  leaseUntil: number;
  keepUntil: number;
  claimedAt: number;
}

/** When room is needed, so many of the oldest entries are looked at: a bound on the work of one delivery. */
const LOOKED_AT = 64;

/** So many of the oldest entries are dropped with each claim if their time is over: without timers, and faster than new ones come. */
const SWEPT = 2;

/**
 * Remembers claims in this process: right for one process, gone with it. Bounded, without timers.
 *
 * When it is full it gives up, of its oldest entries, one that is over or that is finished and outside the replay window (counted in
 * `stats().evicted`); when there is none, it throws, and the delivery is refused with 503: forgetting a live one would let a replay in.
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  refuseUnknownOptions(options, ['maxEntries', 'replayWindowMs', 'now'], 'memoryStore');
  const maxEntries = positiveInteger(options.maxEntries, 'memoryStore.maxEntries', 'entries', 1_000_000);
  const replayWindowMs = positiveInteger(
    options.replayWindowMs,
    'memoryStore.replayWindowMs',
    'milliseconds',
    1_200_000,
  );
  const now = options.now ?? Date.now;
  // In insertion order, so that the oldest come first.
  const entries = new Map<string, Entry>();
  let evicted = 0;

  function sweep(time: number): void {
    let swept = 0;
    for (const [key, entry] of entries) {
      if (entry.keepUntil > time || swept++ === SWEPT) return;
      entries.delete(key);
    }
  }

  function makeRoom(time: number): void {
    let looked = 0;
    for (const [key, entry] of entries) {
      const over = entry.keepUntil <= time;
      if (over || (entry.done && entry.claimedAt + replayWindowMs <= time)) {
        entries.delete(key);
        if (!over) evicted++;
        return;
      }
      // To the back, so that the next delivery looks at others: 64 failed events must not hide a million finished ones.
      entries.delete(key);
      entries.set(key, entry);
      if (++looked === LOOKED_AT || looked === entries.size) break;
    }
    throw new Error(
      'The memory store is full of events that must not be forgotten: raise maxEntries, or use a shared store.',
    );
  }

  function owned(key: string, owner: string): Entry | undefined {
    const entry = entries.get(key);
    return entry !== undefined && !entry.done && owner !== '' && entry.owner === owner ? entry : undefined;
  }

  return Object.freeze<MemoryStore>({
    async claim(key: string, request: ClaimRequest): Promise<ClaimResult> {
      const time = now();
      sweep(time);
      const known = entries.get(key);
      const entry = known !== undefined && known.keepUntil > time ? known : undefined;
      if (entry?.done) return { done: true };
      if (entry !== undefined && entry.owner !== '' && entry.owner !== request.owner && entry.leaseUntil > time) {
        return { inFlight: true, retryAfterMs: entry.leaseUntil - time };
      }
      if (entry === undefined && request.retryOnly) return { unknown: true };
      if (known === undefined && entries.size >= maxEntries) makeRoom(time);
      const attempts = (entry?.attempts ?? 0) + 1;
      entries.delete(key);
      entries.set(key, {
        owner: request.owner,
        attempts,
        done: false,
        leaseUntil: time + request.leaseMs,
        // A late retry does not lengthen the time in which late retries are let in: it would do so for ever.
        keepUntil: request.retryOnly ? Math.max(entry?.keepUntil ?? 0, time + request.leaseMs) : time + request.keepMs,
        claimedAt: time,
      });
      return { claimed: true, attempt: attempts, previouslyStarted: attempts > 1 };
    },
    async complete(key: string, owner: string) {
      const entry = owned(key, owner);
      if (entry === undefined) return false;
      entry.done = true;
      entry.owner = '';
      return true;
    },
    async release(key: string, owner: string) {
      const entry = owned(key, owner);
      if (entry === undefined) return false;
      entry.owner = '';
      return true;
    },
    stats: () => ({ entries: entries.size, evicted }),
  });
}
