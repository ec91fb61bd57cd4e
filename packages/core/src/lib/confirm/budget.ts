import { recentMap } from './recent-map.ts';

/** When requests were made, as far as they still count. */
type Window = number[];

const MINUTE = 60_000;

/** How long a look-up that proved nothing is held against its source. */
const LATELY = 10 * MINUTE;

/** Look-ups of one order a minute, by all sources of one standing, and by one source. */
const PER_ORDER = 12;
const PER_ORDER_AND_SOURCE = 6;

/** How much of all one source may use: the rest is there for the others. */
const SHARE_OF_ONE_SOURCE = 0.8;

/** How much of all the new sources may have unproven, and how much the suspects: half is out of any stranger's reach. */
const SHARE_OF_STRANGERS = 0.25;

/** What is known of a source: it told of payments; nothing; or it had something looked up that was no payment, or is not answered yet. */
type Standing = 'proven' | 'new' | 'suspect';

/** A look-up that may be made. */
export interface Grant {
  /** Takes one more request for it, such as another try or a login: 0, or the milliseconds after which to ask again. */
  request(): number;
  /** Tells that the provider confirmed this payment as paid. Whatever else comes of a look-up is free for anyone to bring about, and stays charged. */
  paid(id: string): void;
}

/** Decides who may ask. */
export interface Budget {
  /** Takes a look-up of one order for one source, or says after how many milliseconds to ask again. */
  lookup(source: string, order: string): Grant | number;
}

/**
 * At most `perMinute` requests in any 60 seconds.
 *
 * Anyone can write notices of orders he knows or guesses, each with another made-up id. So a look-up is charged to its source's standing from
 * when it begins, and given back once it has found a payment that nobody told of before: that makes its source trusted for its next look-ups.
 * Suspects share a quarter of all, and 12 look-ups of one order; new sources share another quarter, for addresses can be made up, too. What
 * they use up they take from each other: the rest is for the trusted, such as the provider's own addresses.
 */
export function createBudget(perMinute: number, now: () => number): Budget {
  const all: Window = [];
  const shares: Readonly<Record<Standing, Window>> = { proven: [], new: [], suspect: [] };
  const orders = recentMap<Window>(10_000);
  const pairs = recentMap<Window>(10_000);
  const sources = recentMap<{ readonly asked: Window; readonly unproven: Window }>(1_000);
  // Apart from the others, for made-up addresses must not push out those that are trusted.
  const credits = recentMap<{ left: number }>(1_000);
  const paidIds = recentMap<true>(10_000);
  const ofSource = Math.max(1, Math.floor(perMinute * SHARE_OF_ONE_SOURCE));
  const ofStrangers = Math.max(1, Math.floor(perMinute * SHARE_OF_STRANGERS));

  return {
    lookup(source, order) {
      const at = now();
      const { asked, unproven } = sources.get(source, () => ({ asked: [], unproven: [] }));
      const credit = credits.find(source);
      forget(unproven, LATELY, at);
      // The only one there is takes nothing from others: behind a proxy that nobody told of, all have its address.
      const trusted = sources.size() === 1 || (credit !== undefined && credit.left > 0);
      const standing: Standing = trusted ? 'proven' : unproven.length > 0 ? 'suspect' : 'new';
      const shared: readonly Limit[] = [
        [shares[standing], standing === 'proven' ? perMinute : ofStrangers],
        [all, perMinute],
      ];
      const wait = take(at, [
        ...shared,
        [pairs.get(`${source.length}:${source}${order}`, () => []), PER_ORDER_AND_SOURCE],
        [orders.get(`${standing}:${order}`, () => []), PER_ORDER],
        [asked, ofSource],
      ]);
      if (wait > 0) return wait;
      unproven.push(at);
      // Trust is used up at once: the many look-ups of one moment must not all be made on the same.
      if (credit !== undefined) credit.left = Math.max(0, credit.left - 1);
      const taken = [at];
      return {
        request() {
          const then = now();
          const more = take(then, shared);
          if (more === 0) taken.push(then);
          return more;
        },
        paid(id) {
          // Anyone can repeat a true notice: else one payment of his own would buy a stranger look-ups without end.
          if (paidIds.find(id) !== undefined) return;
          paidIds.get(id, () => true);
          remove(unproven, at);
          for (const time of taken) remove(shares[standing], time);
          credits.get(source, () => ({ left: 0 })).left = ofSource;
        },
      };
    },
  };
}

type Limit = readonly [window: Window, most: number];

/** Takes from all of them, or says after how many milliseconds it can be done, and takes nothing. */
function take(at: number, limits: readonly Limit[]): number {
  // A clock that stands nowhere measures no minute.
  if (!Number.isFinite(at)) return MINUTE;
  const wait = Math.max(...limits.map(([window, most]) => waitOf(window, most, at)));
  if (wait === 0) for (const [window] of limits) window.push(at);
  return wait;
}

/** Forgets what is older than a minute, and says how long the window stays full. */
function waitOf(window: Window, most: number, at: number): number {
  forget(window, MINUTE, at);
  return window.length < most ? 0 : Math.max(1, (window[window.length - most] ?? at) + MINUTE - at);
}

/** Forgets what is older than that, and what a clock that was set back would keep for as long: requests of the future. */
function forget(window: Window, span: number, at: number): void {
  window.splice(0, window.length, ...window.filter((time) => time > at - span && time <= at));
}

function remove(window: Window, time: number): void {
  const index = window.indexOf(time);
  if (index >= 0) window.splice(index, 1);
}
