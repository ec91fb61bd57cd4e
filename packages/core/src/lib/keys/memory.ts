/** What a vendor answered. */
export type Answered<Value> =
  | {
      readonly kind: 'known';
      readonly value: Value /** How long it need not be asked for again, milliseconds. */;
      readonly freshMs: number;
    }
  /** The vendor says that there is no such thing. */
  | { readonly kind: 'unknown'; readonly detail: string }
  | { readonly kind: 'unavailable'; readonly detail: string; readonly error?: unknown };

/** Answers of a vendor, remembered. */
export interface Memory<Value> {
  /**
   * Gives what is known under a name, asking where that is needed and allowed. `isEnough` says whether a value holds what is looked for;
   * one that does not is asked for again, once in a cool-down.
   */
  recall(
    name: string,
    ask: () => Promise<Answered<Value>>,
    isEnough?: (value: Value) => boolean,
  ): Promise<Answered<Value>>;
}

/** For so long nothing is asked for again under one name, whatever the answer was: a flood of forged names is not one of requests. */
export const COOL_DOWN_MS = 30_000;

/** The oldest value that is used while the vendor cannot be reached. Longer, and a key that was withdrawn would never die. */
export const CEILING_MS = 86_400_000;

/** Names that nothing is known of share these: so many at once, and one more in each interval. */
export const STRANGERS = { atOnce: 10, everyMs: 2000 } as const;

/** Names that are kept. Strangers choose some of them. */
const MOST_NAMES = 64;

interface Entry<Value> {
  known?: { readonly value: Value; readonly at: number; readonly freshUntil: number };
  /** When it was last asked for, and what came of it. */
  tried?: { readonly at: number; readonly answer: Answered<Value> };
  flight?: Promise<Answered<Value>>;
}

/**
 * Remembers what a vendor answered: one request for a name at a time, its failures and denials kept for a cool-down, old values used while
 * the vendor is away, under a ceiling.
 *
 * Names come from deliveries that nobody has verified. Those that are not known share an allowance, and one that is over it is neither asked
 * for nor called a forgery: the sender is told to try again.
 */
export function createMemory<Value>(clock: () => number): Memory<Value> {
  const entries = new Map<string, Entry<Value>>();
  const allowance = { left: STRANGERS.atOnce as number, at: clock() };

  function mayAskForStranger(now: number): boolean {
    const earned = Math.max(0, Math.floor((now - allowance.at) / STRANGERS.everyMs));
    if (earned > 0) {
      allowance.left = Math.min(STRANGERS.atOnce, allowance.left + earned);
      allowance.at += earned * STRANGERS.everyMs;
    }
    if (!(allowance.left >= 1)) return false;
    allowance.left--;
    return true;
  }

  async function fly(entry: Entry<Value>, ask: () => Promise<Answered<Value>>): Promise<Answered<Value>> {
    const answer = await ask().catch((error): Answered<Value> => unavailable('asking for it threw an error', error));
    const at = clock();
    entry.tried = { at, answer };
    if (answer.kind === 'known') entry.known = { value: answer.value, at, freshUntil: at + answer.freshMs };
    // The vendor has taken it back.
    else if (answer.kind === 'unknown') delete entry.known;
    delete entry.flight;
    return answer;
  }

  /** What can be said without asking. */
  function judge(entry: Entry<Value>, isEnough: (value: Value) => boolean, now: number): Answered<Value> {
    const { known, tried } = entry;
    if (known !== undefined && now - known.at < CEILING_MS && isEnough(known.value))
      return { kind: 'known', value: known.value, freshMs: 0 };
    if (tried === undefined) return unavailable('it was never asked for');
    if (tried.answer.kind !== 'known') return tried.answer;
    return { kind: 'unknown', detail: 'the vendor’s answer does not hold it' };
  }

  return {
    async recall(name, ask, isEnough = () => true) {
      const now = clock();
      const entry = entries.get(name) ?? {};
      if (entry.flight !== undefined) {
        await entry.flight;
        return judge(entry, isEnough, clock());
      }
      const { known, tried } = entry;
      if (known !== undefined && now < known.freshUntil && isEnough(known.value))
        return { kind: 'known', value: known.value, freshMs: 0 };
      // Written so that a clock which gives no number asks for nothing.
      if (tried !== undefined && !(now - tried.at >= COOL_DOWN_MS)) return judge(entry, isEnough, now);
      if (known === undefined && !mayAskForStranger(now))
        return unavailable('too many keys that nobody knows were named lately, so this one is not asked for now');
      entries.delete(name);
      entries.set(name, entry);
      forget(entries);
      entry.flight = fly(entry, ask);
      await entry.flight;
      return judge(entry, isEnough, clock());
    },
  };
}

/** Makes room: what the vendor vouched for goes last. */
function forget<Value>(entries: Map<string, Entry<Value>>): void {
  if (entries.size <= MOST_NAMES) return;
  for (const [name, { known, flight }] of entries)
    if (known === undefined && flight === undefined) {
      entries.delete(name);
      return;
    }
  const [oldest] = entries.keys();
  if (oldest !== undefined) entries.delete(oldest);
}

function unavailable(detail: string, error?: unknown): Answered<never> {
  return { kind: 'unavailable', detail, ...(error === undefined ? {} : { error }) };
}
