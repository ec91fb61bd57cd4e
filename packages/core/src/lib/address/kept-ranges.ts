import { errorKind } from '../errors.ts';
import { type Allowlist, allowlist } from './allowlist.ts';
import type { KeptRanges } from './sources.ts';

/** What a source answered. */
export interface RangeAnswer {
  readonly ranges: readonly string[];
  /** How long it may be kept, milliseconds. Default: the refresh interval. */
  readonly freshMs?: number;
}

/** How a list is kept. */
export interface Keeping {
  /** What it is, for records and warnings. */
  readonly name: string;
  /** The list until the first answer. Default: none, and deliveries are refused until there is one. */
  readonly fallback: readonly string[] | undefined;
  readonly refreshMs: number;
  /** The age at which the operator is told. */
  readonly warnAfterMs: number;
  /** The deadline of one refresh, and of whoever waits for it. */
  readonly timeoutMs: number;
  /** From 0 up to 1: so that not all instances ask at once. */
  readonly random: () => number;
  readonly clock: () => number;
  readonly warn: (message: string) => void;
}

/** What is thrown by a refresh that brought no usable list: its message is fit for a record. */
export class RangesError extends Error {
  override readonly name = 'RangesError';
}

/** More ranges than these no vendor sends webhooks from: it is another list. */
const MOST_RANGES = 10_000;

/** After a failure: doubled with each, up to the second. The third is for a list that was never got, since nothing works without it. */
const BACK_OFF = { leastMs: 10_000, mostMs: 3_600_000, mostWithoutMs: 60_000 } as const;

/** A list younger than this is not asked for again because an address is missing in it. */
const LEAST_AGE_MS = 60_000;

/**
 * Keeps the last good list: one refresh at a time, begun by use and not by a timer, with a back-off after failures.
 *
 * It never fails open. An answer that is empty, absurdly long or wide, or holds anything but ranges is no answer: the list stays as it was, and
 * where there is none nobody is allowed.
 */
export function keepRanges(ask: (signal: AbortSignal) => Promise<RangeAnswer>, keeping: Keeping): KeptRanges {
  const { name, clock, random, refreshMs, timeoutMs } = keeping;
  let known: Allowlist | undefined = keeping.fallback && readRanges(keeping.fallback);
  let knownAt: number | undefined;
  let problem = 'they were not asked for yet';
  let failures = 0;
  // From when it is asked for again: because of its age, and because an address is missing in it. Absent: at once.
  let dueAt: number | undefined;
  let askableAt: number | undefined;
  let flight: { readonly done: Promise<void>; readonly since: number } | undefined;

  async function fly(): Promise<void> {
    try {
      const { ranges, freshMs = refreshMs } = await withinDeadline(ask, timeoutMs);
      known = readRanges(ranges);
      knownAt = clock();
      failures = 0;
      askableAt = knownAt + Math.max(LEAST_AGE_MS, freshMs / 24);
      dueAt = Math.max(askableAt, knownAt + freshMs * (1 - random() / 10));
    } catch (error) {
      failures++;
      problem = error instanceof RangesError ? error.message : `asking for them threw an error: ${errorKind(error)}`;
      const most = known === undefined ? BACK_OFF.mostWithoutMs : BACK_OFF.mostMs;
      const wait = Math.min(most, BACK_OFF.leastMs * 2 ** Math.min(failures - 1, 16));
      dueAt = askableAt = clock() + wait * (1 - random() / 10);
    }
  }

  /** Begins a refresh, not before `from`. A clock that gives no number begins none but the first. */
  function begin(from: number | undefined, now: number): void {
    // One that was lost is not waited for: some runtimes end what a request has begun together with that request.
    if (flight !== undefined && !(now - flight.since > 2 * timeoutMs)) return;
    if (from !== undefined && !(now >= from)) return;
    const done = fly().finally(() => {
      if (flight === mine) flight = undefined;
    });
    const mine = { done, since: now };
    flight = mine;
  }

  let firstUsedAt: number | undefined;
  return Object.freeze<KeptRanges>({
    current() {
      const now = clock();
      firstUsedAt ??= now;
      begin(dueAt, now);
      const ageMs = now - (knownAt ?? firstUsedAt);
      if (known !== undefined && ageMs > keeping.warnAfterMs)
        keeping.warn(
          `${name} could not be refreshed for ${Math.floor(ageMs / 86_400_000)} days: ${problem}. The last good list is used, and an address that was added since is refused.`,
        );
      return known ?? { lacking: `${name} could not be got, and there is no earlier list: ${problem}` };
    },
    async renew() {
      const before = known;
      begin(askableAt, clock());
      if (flight !== undefined) await withinDeadline(() => flight?.done, timeoutMs).catch(() => undefined);
      return known !== before;
    },
  });
}

/** A list that may be used. @throws RangesError for one that may not */
function readRanges(ranges: readonly string[]): Allowlist {
  if (!Array.isArray(ranges) || ranges.length === 0) throw new RangesError('the answer holds no ranges');
  if (ranges.length > MOST_RANGES)
    throw new RangesError(`the answer holds ${ranges.length} ranges, and more than ${MOST_RANGES} are not taken`);
  for (const [index, range] of ranges.entries())
    if (typeof range !== 'string' || isTooWide(range))
      throw new RangesError(
        `entry ${index + 1} of the answer is no text, or a range that is too wide to be a sender’s`,
      );
  try {
    return allowlist(ranges);
  } catch {
    throw new RangesError('the answer holds something that is no plain address or CIDR range');
  }
}

/** Wider than what anybody was ever given: `0.0.0.0/1` and `128.0.0.0/1` are every address there is. */
function isTooWide(range: string): boolean {
  const [network = '', bits] = range.split('/');
  if (bits === undefined) return false;
  if (!network.includes(':')) return Number(bits) < 8;
  // Those that begin with zeros hold all of IPv4 in one spelling or another.
  return Number(bits) < 16 || /^0*:/.test(network);
}

/** Asks until the deadline. @throws RangesError when it passes */
async function withinDeadline<Value>(
  ask: (signal: AbortSignal) => Promise<Value> | Value,
  timeoutMs: number,
): Promise<Value> {
  const end = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new RangesError(`there was no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([ask(end.signal), late]);
  } finally {
    clearTimeout(timer);
    end.abort();
  }
}
