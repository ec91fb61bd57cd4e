import { AssertionError } from 'node:assert';
import { isDeepStrictEqual } from 'node:util';
import type { ClaimRequest, ClaimResult, ClaimStore } from '@postern/core';

/** A store that is held to the list, and what a case may do with it. */
export interface OpenStore {
  readonly store: ClaimStore;
  /** Opens a second client of the same data, such as another process has: races are then between two. Default: there is one. */
  another?(): Promise<ClaimStore>;
  /** Moves the store's clock forward by so many milliseconds. Default: none, and cases take short leases and wait. */
  advance?(milliseconds: number): unknown;
  /** Called when the case is over: also closes what `another` opened. */
  close(): unknown;
}

/** Opens a store for one case. What other cases left in it does no harm: each has keys of its own. */
export type StoreOpener = () => Promise<OpenStore> | OpenStore;

/** One case of the list: what a claim store has to do, whatever it is built on. */
export interface StoreCase {
  /** A short name. */
  readonly id: string;
  /** What the cases around it are about, for tables. */
  readonly theme: string;
  /** What has to happen, as a sentence. */
  readonly title: string;
  /**
   * Opens a store, plays the case on it, and closes it.
   *
   * @throws AssertionError with what was expected and what was seen, when they differ. What the store throws is passed on
   */
  run(open: StoreOpener): Promise<void>;
}

/** A case as it is written down. */
export interface StoreScript {
  readonly id: string;
  readonly title: string;
  play(stage: StoreStage): Promise<void>;
}

/** What a case plays with. Claims last for a minute and are kept for an hour, unless it says otherwise. */
export interface StoreStage {
  readonly store: ClaimStore;
  /** Two clients of the same data, or the one store twice. */
  readonly clients: readonly [ClaimStore, ClaimStore];
  /** True where the clock is moved, to the millisecond, and nothing is waited for. */
  readonly exact: boolean;
  /** Claims `key` for `owner`. */
  claim(key: string, owner: string, changes?: Partial<ClaimRequest>, client?: ClaimStore): Promise<ClaimResult>;
  /** Resolves when so much time has passed on the store's clock. */
  pass(milliseconds: number): Promise<void>;
}

/** A lease that does not end while a case is played, milliseconds. */
export const LEASE_MS = 60_000;
/** A lease whose end a case waits for, milliseconds. */
export const SHORT_MS = 200;
const KEEP_MS = 3_600_000;
/** The store's clock and the timer of whoever waits may disagree by so much, milliseconds. */
const SLACK_MS = 30;

/** Makes a case of its script. */
export function createStoreCase(theme: string, { id, title, play }: StoreScript): StoreCase {
  return {
    id,
    theme,
    title,
    async run(open) {
      const opened = await open();
      try {
        await play(await createStage(opened));
      } catch (error) {
        if (error instanceof AssertionError) error.message = `${title} (${id}): ${error.message}`;
        throw error;
      } finally {
        await opened.close();
      }
    },
  };
}

async function createStage(opened: OpenStore): Promise<StoreStage> {
  const { store } = opened;
  const second = (await opened.another?.()) ?? store;
  return {
    store,
    clients: [store, second],
    exact: opened.advance !== undefined,
    claim: (key, owner, changes = {}, client = store) =>
      client.claim(key, { owner, leaseMs: LEASE_MS, keepMs: KEEP_MS, ...changes }),
    async pass(milliseconds) {
      if (opened.advance !== undefined) await opened.advance(milliseconds);
      else await new Promise((resolve) => setTimeout(resolve, milliseconds + SLACK_MS));
    },
  };
}

/** The answer to a claim that was given. */
export function claimed(attempt: number): ClaimResult {
  return { claimed: true, attempt, previouslyStarted: attempt > 1 };
}

/** A key as the receiver makes them: the base64 of a digest, and never the same twice. */
export function freshKey(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
}

/** Holds what was seen against what is expected. @throws AssertionError with both */
export function expectSame(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  const lines = [what, `expected ${JSON.stringify(expected)}`, `seen     ${JSON.stringify(actual)}`];
  throw new AssertionError({ message: lines.join('\n'), actual, expected });
}

/** Holds an answer against `{ inFlight: true, retryAfterMs }` with a time from 1 to `most` milliseconds. @throws AssertionError */
export function expectInFlight(what: string, actual: ClaimResult, most = LEASE_MS): void {
  const wait = 'inFlight' in actual ? actual.retryAfterMs : undefined;
  const sound = typeof wait === 'number' && wait > 0 && wait <= most;
  expectSame(what, actual, { inFlight: true, retryAfterMs: sound ? wait : `more than 0, at most ${most}` });
}

/** Holds answers of claims made at once: one of `winner`, and all the others in flight. Resolves to the place of the one. @throws AssertionError */
export function expectOneWinner(what: string, answers: readonly ClaimResult[], winner: ClaimResult): number {
  const winners = answers.filter((answer) => 'claimed' in answer);
  expectSame(`${what}: the answers of those who got the claim`, winners, [winner]);
  for (const answer of answers) if (!('claimed' in answer)) expectInFlight(`${what}: the answer of another`, answer);
  return answers.findIndex((answer) => 'claimed' in answer);
}
