import { answerWithin } from '../claims/answer-within.ts';
import type { RequestHead } from '../types.ts';
import { createAllowance, SPENT } from './allowance.ts';

/** By what answers are kept. */
export interface CacheRules<Found> {
  readonly clock: () => number;
  readonly freshMs: number;
  /** The ceiling: no older answer is used, whatever happens. */
  readonly staleMs: number;
  readonly timeoutMs: number;
  readonly maxEntries: number;
  /** Changes when everything that was answered before must be forgotten. */
  readonly generation: () => number;
  /** Changes when keys do. */
  readonly keys: () => number;
  readonly keyOf: (head: RequestHead) => string | undefined;
  /** Asks. What it looks at to make a key, it looks at while it is called, or later. */
  readonly ask: (head: RequestHead) => Promise<Found>;
  readonly isNone: (found: Found) => boolean;
  /** Told of every answer that is kept, with the one it takes the place of. */
  readonly onAnswer: (before: Found | undefined, after: Found) => void;
  /** Told of every failure, also where an old answer serves and nobody else hears of it. */
  readonly onFailure: (error: unknown) => void;
}

/** What was found for one head. */
export interface Served<Found> {
  readonly found: Found;
  /** False once it was to be forgotten, or has outlived what it was served under: fresh, or below the ceiling. A body may take long. */
  stands(): boolean;
  /** A delivery turned out to be genuine under what was found, and new: strangers cannot do that. */
  proven(): void;
  /** Asks again, where what was found may be out of date; `undefined` where it is not, and why where nobody could be asked. */
  again(): Promise<Served<Found> | Unserved | undefined>;
}

/** Nothing is known that may be used. */
export interface Unserved {
  readonly detail: string;
  readonly error?: unknown;
}

interface Held<Found> {
  readonly found: Found;
  /** When it was asked for: what changed since may not be in it. */
  readonly asOf: number;
  readonly generation: number;
  /** It cost a part of the allowance, which a genuine delivery gives back. */
  owes: boolean;
}

type Outcome<Found> = { readonly held: Held<Found> } | { readonly error: unknown };

interface Flight<Found> {
  readonly outcome: Promise<Outcome<Found>>;
  readonly asOf: number;
  readonly generation: number;
  /** On the clock that nobody sets, milliseconds: a runtime may stop what one request began when that request ends. */
  readonly begun: number;
  /** Begun while the answer was fresh, for nobody in particular. */
  readonly ahead: boolean;
}

interface Entry<Found> {
  held?: Held<Found>;
  failed?: { readonly at: number; readonly error: unknown };
  flight?: Flight<Found> | undefined;
  /** A delivery was genuine under it. */
  proven: boolean;
}

/** That nobody is known is remembered for a shorter time: a new tenant's first delivery may be on its way. */
const NONE_MS = 10_000;
/** After a failure nothing is asked under one key for so long. */
const COOL_DOWN_MS = 1_000;
/** An answer this old is asked for again when a signature does not match: the secret may have been changed. */
const AGAIN_MS = 1_000;
/** Entries under which no delivery was genuine yet. Strangers choose their keys. */
const MOST_STRANGERS = 1_000;
/** The part of its freshness after which an answer is asked for ahead. */
const EARLY = 0.8;
const MOST_TURNS = 8;
const ASKED = 'The function that finds secrets';
const FAILED = 'it failed';
const FAILED_BEFORE = 'it failed a moment ago';
const OUT_OF_DATE = 'what it answered was out of date';

/**
 * Remembers answers by key: one question at a time for each, old answers for as long as no new one can be had, under a ceiling.
 *
 * Keys come from heads that nobody has verified. So those under which nothing genuine ever came live apart, where they cannot push out the
 * others, and share an allowance: a flood of made-up tenants is not one of questions.
 */
export function createSecretCache<Found>(rules: CacheRules<Found>) {
  const { clock, freshMs, staleMs, timeoutMs, maxEntries, generation, keyOf } = rules;
  const known = new Map<string, Entry<Found>>();
  const strangers = new Map<string, Entry<Found>>();
  const allowance = createAllowance(clock);

  function entryOf(key: string | undefined): Entry<Found> | undefined {
    if (key === undefined) return undefined;
    const room = known.has(key) ? known : strangers;
    const entry = room.get(key);
    if (entry !== undefined) keep(room, key, entry, maxEntries);
    return entry;
  }

  function entryFor(key: string | undefined): Entry<Found> {
    const entry = entryOf(key) ?? { proven: false };
    if (key !== undefined && !entry.proven) keep(strangers, key, entry, Math.min(MOST_STRANGERS, maxEntries));
    return entry;
  }

  /** Asks, and keeps what is answered. The question has been put when this returns. */
  function begin(head: RequestHead, owes: boolean, ahead: boolean): Flight<Found> {
    const asked = { asOf: clock(), generation: generation(), owes };
    const answer = answerWithin(timeoutMs, () => rules.ask(head), undefined, ASKED);
    // By now it has mostly looked at the head, and the key is the right one.
    const entry = entryFor(keyOf(head));
    const flight: Flight<Found> = {
      asOf: asked.asOf,
      generation: asked.generation,
      begun: performance.now(),
      ahead,
      outcome: answer.then(
        (found) => {
          land(entry, flight);
          const held = { found, ...asked };
          if (asked.generation === generation()) store(head, held);
          return { held };
        },
        (error: unknown) => {
          land(entry, flight);
          entry.failed = { at: clock(), error };
          rules.onFailure(error);
          return { error };
        },
      ),
    };
    entry.flight = flight;
    return flight;
  }

  function land(entry: Entry<Found>, flight: Flight<Found>): void {
    if (entry.flight === flight) entry.flight = undefined;
  }

  function store(head: RequestHead, held: Held<Found>): void {
    // It may have looked at more while it waited: the key is what it is now.
    const key = keyOf(head);
    const entry = entryFor(key);
    const before = entry.held;
    if (before !== undefined && before.generation === held.generation && before.asOf > held.asOf) return;
    entry.held = held;
    delete entry.failed;
    if (key !== undefined && entry.proven && rules.isNone(held.found)) {
      entry.proven = false;
      known.delete(key);
      keep(strangers, key, entry, MOST_STRANGERS);
    }
    rules.onAnswer(before?.found, held.found);
  }

  function prove(head: RequestHead, held: Held<Found>): void {
    if (held.owes) allowance.giveBack();
    held.owes = false;
    const key = keyOf(head);
    const entry = key === undefined ? undefined : strangers.get(key);
    if (key === undefined || entry === undefined || entry.held !== held) return;
    strangers.delete(key);
    entry.proven = true;
    keep(known, key, entry, maxEntries);
  }

  /** Waits for what another delivery began, and no longer than for a question of its own: it may have ended with that other request. */
  async function join(flight: Flight<Found>): Promise<Outcome<Found>> {
    return answerWithin(timeoutMs, () => flight.outcome, undefined, ASKED).catch((error: unknown) => ({ error }));
  }

  function isJoinable(flight: Flight<Found> | undefined): flight is Flight<Found> {
    return (
      flight !== undefined &&
      !flight.ahead &&
      flight.generation === generation() &&
      // What was asked long ago may be answered with a secret that has been removed since.
      Math.abs(clock() - flight.asOf) < freshMs &&
      performance.now() - flight.begun < timeoutMs
    );
  }

  function serve(head: RequestHead, held: Held<Found>, again = () => askAgain(head, held)): Served<Found> {
    const isFresh = isYounger(held, freshMs);
    return {
      found: held.found,
      stands: () => isCurrent(held) && isYounger(held, isFresh ? freshMs : staleMs),
      proven: () => prove(head, held),
      again: async () => (rules.isNone(held.found) ? undefined : again()),
    };
  }

  /** An outage of the vault's must not make a forgery of what a new secret has signed: "nothing newer" and "could not ask" are told apart. */
  async function askAgain(head: RequestHead, held: Held<Found>): Promise<Served<Found> | Unserved | undefined> {
    const entry = entryOf(keyOf(head));
    const newer = entry?.held;
    if (newer !== undefined && newer !== held && isCurrent(newer)) return serve(head, newer, nothingNewer);
    if (clock() - held.asOf < AGAIN_MS) return undefined;
    if (isCooling(entry)) return { detail: FAILED_BEFORE, error: entry?.failed?.error };
    // Who is known pays nothing: it is one question a second for each of them, and strangers may have used up theirs.
    const outcome = await put(head, entry?.flight, entry?.proven !== true);
    if (outcome === undefined) return { detail: SPENT };
    if ('error' in outcome) return { detail: FAILED, error: outcome.error };
    const isOfUse = isCurrent(outcome.held) && isYounger(outcome.held, staleMs);
    return isOfUse ? serve(head, outcome.held, nothingNewer) : { detail: OUT_OF_DATE };
  }

  /** Joins the question that is being asked, or asks; `undefined` where the allowance does not allow that. */
  async function put(
    head: RequestHead,
    flight: Flight<Found> | undefined,
    costs: boolean,
  ): Promise<Outcome<Found> | undefined> {
    if (isJoinable(flight)) return join(flight);
    return costs && !allowance.take() ? undefined : begin(head, costs, false).outcome;
  }

  function isCooling(entry: Entry<Found> | undefined): boolean {
    // Written so that a clock which gives no number asks for nothing.
    return entry?.failed !== undefined && !(clock() - entry.failed.at >= COOL_DOWN_MS);
  }

  function isCurrent(held: Held<Found>): boolean {
    return held.generation === generation();
  }

  function isYounger(held: Held<Found>, limitMs: number): boolean {
    return Math.abs(clock() - held.asOf) < limitMs;
  }

  /** What may be used while nothing newer can be had. */
  function fallBack(head: RequestHead, detail: string, error?: unknown): Served<Found> | Unserved {
    const held = entryOf(keyOf(head))?.held;
    return held !== undefined && isCurrent(held) && !rules.isNone(held.found) && isYounger(held, staleMs)
      ? // What it does not fit may be signed with a secret that came since.
        serve(head, held, async () => ({ detail, error }))
      : { detail, error };
  }

  return async function find(head: RequestHead): Promise<Served<Found> | Unserved> {
    // Whoever waited for another's question starts anew when keys have changed or everything was to be forgotten meanwhile.
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      const keys = rules.keys();
      const entry = entryOf(keyOf(head));
      const held = entry?.held;
      if (entry !== undefined && held !== undefined && isCurrent(held)) {
        const limit = rules.isNone(held.found) ? Math.min(NONE_MS, freshMs) : freshMs;
        const age = clock() - held.asOf;
        if (age >= 0 && age < limit) {
          // Asked for a little early, so that mostly nobody waits. Nothing depends on it.
          if (age >= limit * EARLY && entry.proven && entry.flight === undefined && !isCooling(entry))
            begin(head, false, true);
          return serve(head, held);
        }
      }
      if (isCooling(entry)) return fallBack(head, FAILED_BEFORE, entry?.failed?.error);
      const joins = isJoinable(entry?.flight);
      const outcome = await put(head, entry?.flight, entry?.proven !== true);
      if (outcome === undefined) return fallBack(head, SPENT);
      if (joins && rules.keys() !== keys) continue;
      if ('error' in outcome) return fallBack(head, FAILED, outcome.error);
      if (!isCurrent(outcome.held)) continue;
      return isYounger(outcome.held, staleMs) ? serve(head, outcome.held) : { detail: OUT_OF_DATE };
    }
    return { detail: OUT_OF_DATE };
  };
}

const nothingNewer = async () => undefined;

/** Puts an entry last, and makes room: the one that was longest unused goes. */
function keep<Value>(room: Map<string, Value>, key: string, value: Value, most: number): void {
  room.delete(key);
  room.set(key, value);
  if (room.size <= most) return;
  const [oldest] = room.keys();
  if (oldest !== undefined) room.delete(oldest);
}
