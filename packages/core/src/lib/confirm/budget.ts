/** A table of what was seen last, with an end: the stalest entry makes room. */
export interface RecentMap<Value> {
  get(key: string, make: () => Value): Value;
}

/** Makes one of at most `most` entries. */
export function recentMap<Value>(most: number): RecentMap<Value> {
  const entries = new Map<string, Value>();
  return {
    get(key, make) {
      const value = entries.get(key) ?? make();
      entries.delete(key);
      entries.set(key, value);
      const [stalest] = entries.keys();
      if (entries.size > most && stalest !== undefined) entries.delete(stalest);
      return value;
    },
  };
}

/** When requests were made, within the last minute. */
type Window = number[];

const MINUTE = 60_000;

/** Look-ups of one order a minute, whoever asks, and of one order for one source. */
const PER_ORDER = 12;
const PER_ORDER_AND_SOURCE = 6;

/** How much of all one source may use: the rest is there for the others. */
const SHARE_OF_ONE_SOURCE = 0.8;

/** Decides who may ask. */
export interface Budget {
  /** Takes a look-up of one order for one source: 0, or the milliseconds after which to ask again. */
  lookup(source: string, order: string): number;
  /** Takes one request that serves all, such as one for a token or another try. */
  request(): number;
}

/**
 * At most `perMinute` requests in any 60 seconds, and for one order only a few of them.
 *
 * Anyone can write a notice of an order he knows. A flood of them costs that order's few look-ups and then waits, while other orders are
 * asked for: and since each look-up brings the truth, the flood only makes its own order be confirmed sooner. One address cannot use all
 * there is, either.
 */
export function createBudget(perMinute: number, now: () => number): Budget {
  const all: Window = [];
  const orders = recentMap<Window>(10_000);
  const pairs = recentMap<Window>(10_000);
  const sources = recentMap<Window>(1_000);
  const ofSource = Math.max(1, Math.floor(perMinute * SHARE_OF_ONE_SOURCE));

  function take(...limits: readonly (readonly [window: Window, most: number])[]): number {
    const at = now();
    // A clock that stands nowhere measures no minute.
    if (!Number.isFinite(at)) return MINUTE;
    const wait = Math.max(...limits.map(([window, most]) => waitOf(window, most, at)));
    if (wait === 0) for (const [window] of limits) window.push(at);
    return wait;
  }

  return {
    lookup: (source, order) =>
      take(
        [pairs.get(`${source.length}:${source}${order}`, () => []), PER_ORDER_AND_SOURCE],
        [orders.get(order, () => []), PER_ORDER],
        [sources.get(source, () => []), ofSource],
        [all, perMinute],
      ),
    request: () => take([all, perMinute]),
  };
}

/** Forgets what is older than a minute, and says how long the window stays full. */
function waitOf(window: Window, most: number, at: number): number {
  // A clock that was set back would else keep requests of the future for as long.
  const recent = window.filter((time) => time > at - MINUTE && time <= at);
  window.splice(0, window.length, ...recent);
  return window.length < most ? 0 : Math.max(1, (window[window.length - most] ?? at) + MINUTE - at);
}
