import { answerWithin, STORE_ANSWERS_MS } from './claims/answer-within.ts';
import type { Claim, ClaimStore } from './claims/contract.ts';
import type { Reason } from './reasons.ts';

/** How a handler ended. */
export type RunResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: 'handler-failed' | 'handler-timeout' | 'invalid-payload' | 'draining' | 'confirm-unavailable';
      readonly error?: unknown;
    };

/** What the settlement came to. */
export interface Settlement {
  readonly outcome: 'committed' | 'released' | 'uncommitted' | 'unclaimed';
  /** Why it is not committed. */
  readonly reason?: Reason | undefined;
  readonly error?: unknown;
}

/** One run of the handler, from claim to settlement. */
export interface Run {
  /** Settles, once: the first end counts, a later one is reported and changes nothing. Resolves, never rejects, when the claim is committed or given back. */
  end(result: RunResult): Promise<Settlement>;
  /** Ends it for a server that can wait no longer. */
  cut(): Promise<Settlement>;
  /** Resolves when the run is settled, by whatever came first. */
  readonly settled: Promise<Settlement>;
  /** Aborts when the deadline passes, and when the run is cut. */
  readonly signal: AbortSignal;
}

/** What a run is made of. */
export interface RunParts {
  readonly store: ClaimStore;
  /** Absent where the store failed and the source is open to that. */
  readonly claim: Claim | undefined;
  readonly deadlineMs: number;
  /** When the claim may pass to another owner, on `performance.now()`. */
  readonly leaseUntil: number;
  /** Told once, when the run is settled, and again for each end that came too late. */
  readonly report: (settlement: Settlement, late: boolean) => void;
}

/**
 * Starts a run. Whatever comes first settles it: the handler's end, `acknowledge()`, `fail()`, the deadline, or the server's shutting down.
 *
 * Success commits before anybody is told: a 2xx over an uncommitted claim would lose the event if this process died now.
 */
export function startRun(parts: RunParts): Run {
  const aborter = new AbortController();
  let settle: (settlement: Settlement) => void;
  const settled = new Promise<Settlement>((resolve) => {
    settle = resolve;
  });
  let first: RunResult | undefined;

  async function end(result: RunResult): Promise<Settlement> {
    if (first !== undefined) {
      // Returning after acknowledge() or fail() is the ordinary end of a handler. An error, or any end after the signal, is news.
      const over = aborter.signal.aborted;
      if (over || !result.ok)
        parts.report(
          result.ok ? { outcome: 'released' } : { outcome: 'released', reason: result.reason, error: result.error },
          true,
        );
      return settled;
    }
    first = result;
    clearTimeout(timer);
    const settlement = await settleClaim(parts, result);
    settle(settlement);
    parts.report(settlement, false);
    return settlement;
  }

  const timer = setTimeout(() => {
    aborter.abort(new DOMException('The handler did not end within its deadline.', 'TimeoutError'));
    void end({ ok: false, reason: 'handler-timeout' });
  }, parts.deadlineMs);
  return {
    end,
    cut() {
      // Somebody has settled it, and the answer to that is on its way.
      if (first !== undefined) return settled;
      aborter.abort(new DOMException('The server is shutting down.', 'AbortError'));
      return end({ ok: false, reason: 'draining' });
    },
    settled,
    signal: aborter.signal,
  };
}

async function settleClaim(parts: RunParts, result: RunResult): Promise<Settlement> {
  const { claim } = parts;
  if (claim === undefined)
    return result.ok ? { outcome: 'unclaimed' } : { outcome: 'unclaimed', reason: result.reason, error: result.error };
  if (!result.ok) {
    // A release that fails is tried again, and left to the lease at last: the retry waits a little longer and is not lost.
    await settle(parts, () => parts.store.release(claim.key, claim.owner)).catch(() => undefined);
    return { outcome: 'released', reason: result.reason, error: result.error };
  }
  try {
    if (await settle(parts, () => parts.store.complete(claim.key, claim.owner))) return { outcome: 'committed' };
    return {
      outcome: 'uncommitted',
      reason: 'in-flight',
      error: new Error('The claim had passed to another owner when the handler ended.'),
    };
  } catch (error) {
    return { outcome: 'uncommitted', reason: 'store-unavailable', error };
  }
}

/**
 * Asks the store once, for the caller waits; and where it fails, again behind the answer, for as long as the claim is ours. The sender's
 * retry then finds done what was done, and free what was given back, though the store was away at the wrong moment.
 */
async function settle(parts: RunParts, ask: () => Promise<boolean>): Promise<boolean> {
  try {
    return await answerWithin(STORE_ANSWERS_MS, ask);
  } catch (error) {
    void (async () => {
      for (let pause = 500; performance.now() + pause < parts.leaseUntil; pause *= 2) {
        await delay(pause);
        const settled = await answerWithin(STORE_ANSWERS_MS, ask).then(
          () => true,
          () => false,
        );
        if (settled) return;
      }
    })();
    throw error;
  }
}

/** Does not keep a process alive that has nothing else to do. */
function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(resolve, milliseconds);
    if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function')
      timer.unref();
  });
}
