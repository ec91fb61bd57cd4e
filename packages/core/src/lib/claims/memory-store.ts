import { optionalFunction, positiveInteger, refuseUnknownOptions } from '../options.ts';
import type { ClaimRequest, ClaimResult, ClaimStore } from './contract.ts';

/** Options of `memoryStore`. */
export interface MemoryStoreOptions {
  /** The most events it remembers, at less than 200 bytes each. Default 1,000,000, which is some 800 events a second over the default replay window. */
  readonly maxEntries?: number;
  /** For how long a finished event is never given up to make room, milliseconds. Default 1,200,000: twice a tolerance of 300 s, and 600 s. */
  readonly replayWindowMs?: number;
  /** The store's clock, milliseconds. Default: one that runs evenly, whatever is done to the time of day. */
  readonly now?: () => number;
}

/** The memory store, with what an operator may want to know of it. */
export interface MemoryStore extends ClaimStore {
  readonly stats: () => { readonly entries: number; readonly evicted: number };
}

/** An event that was claimed and is not done. Times are milliseconds since the store was made: small whole numbers take no room of their own. */
interface Open {
  /** Empty when it was given back. */
  owner: string;
  readonly attempts: number;
  readonly leaseUntil: number;
  readonly keepUntil: number;
  readonly material: string;
}

/** An event that is done. Without the fields that only a running one needs, since there may be a million of these. */
interface Done {
  readonly doneBy: string;
  /** Until then it is not given up for room. */
  readonly heldUntil: number;
  readonly keepUntil: number;
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
 *
 * @throws ConfigurationError for an option that could not work
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
  optionalFunction(options.now, 'memoryStore.now');
  // A clock that is set back or forward by hand must not end a lease, nor forget an event.
  const clock = options.now ?? (() => performance.now());
  let started: number | undefined;
  let latest = 0;
  // In the order of their claims, so that the oldest come first.
  const entries = new Map<string, Open | Done>();
  let evicted = 0;

  function now(): number {
    const time = clock();
    // A clock that gives no number stands still: nothing may be forgotten for it.
    if (Number.isFinite(time)) {
      started ??= time;
      latest = Math.floor(time - started);
    }
    return latest;
  }

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
      if (over || ('doneBy' in entry && entry.heldUntil <= time)) {
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

  /** The claim, if this owner holds it. */
  function owned(key: string, owner: string): Open | undefined {
    const entry = entries.get(key);
    return entry !== undefined && 'owner' in entry && owner !== '' && entry.owner === owner ? entry : undefined;
  }

  return Object.freeze<MemoryStore>({
    async claim(key: string, request: ClaimRequest): Promise<ClaimResult> {
      const time = now();
      sweep(time);
      const known = entries.get(key);
      const live = known !== undefined && known.keepUntil > time ? known : undefined;
      if (live !== undefined && 'doneBy' in live) return { done: true };
      if (live !== undefined && live.owner !== '' && live.leaseUntil > time) {
        if (live.owner === request.owner) return claimed(live.attempts);
        return { inFlight: true, retryAfterMs: live.leaseUntil - time };
      }
      const { owner, material = '', retryOnly = false } = request;
      if (retryOnly && live?.material !== material) return { unknown: true };
      if (known === undefined && entries.size >= maxEntries) makeRoom(time);
      const attempts = (live?.attempts ?? 0) + 1;
      const leaseUntil = time + request.leaseMs;
      // A late retry does not lengthen the time in which late retries are let in: it would do so for ever.
      const keepUntil = retryOnly ? Math.max(live?.keepUntil ?? 0, leaseUntil) : time + request.keepMs;
      entries.delete(key);
      entries.set(key, { owner, attempts, leaseUntil, keepUntil, material });
      return claimed(attempts);
    },
    async complete(key: string, owner: string) {
      const entry = entries.get(key);
      if (entry !== undefined && 'doneBy' in entry) return entry.doneBy === owner;
      if (owned(key, owner) === undefined || entry === undefined) return false;
      // In its old place: the order is that of the claims.
      entries.set(key, { doneBy: owner, heldUntil: now() + replayWindowMs, keepUntil: entry.keepUntil });
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

function claimed(attempt: number): ClaimResult {
  return { claimed: true, attempt, previouslyStarted: attempt > 1 };
}
