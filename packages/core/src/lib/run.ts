import type { ClaimStore } from './claims/contract.ts';
import { inTime } from './claims/in-time.ts';
import type { Reason } from './reasons.ts';

/** How a handler ended. */
export type RunResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: 'handler-failed' | 'handler-timeout' | 'invalid-payload';
      readonly error?: unknown;
    };

/** What the settlement came to. */
export interface Settlement {
  readonly outcome: 'committed' | 'released' | 'uncommitted';
  /** Why it is not committed. */
  readonly reason?: Reason | undefined;
  readonly error?: unknown;
}

/** One run of the handler, from claim to settlement. */
export interface Run {
  /** Settles, once: the first end counts, a later one is reported and changes nothing. Resolves, never rejects, when the claim is committed or given back. */
  end(result: RunResult): Promise<Settlement>;
  /** Resolves when the run is settled, by whatever came first. */
  readonly settled: Promise<Settlement>;
  /** Aborts when the deadline passes. */
  readonly signal: AbortSignal;
}

/** What a run is made of. */
export interface RunParts {
  readonly store: ClaimStore;
  readonly key: string;
  readonly owner: string;
  readonly deadlineMs: number;
  /** Told once, when the run is settled, and again for each end that came too late. */
  readonly report: (settlement: Settlement, late: boolean) => void;
}

/**
 * Starts a run. Whatever comes first settles it: the handler's end, `acknowledge()`, `fail()`, or the deadline.
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
      // Returning after acknowledge() or fail() is the ordinary end of a handler. An error, or any end after the deadline, is news.
      const timedOut = !first.ok && first.reason === 'handler-timeout';
      if (timedOut || !result.ok)
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
  return { end, settled, signal: aborter.signal };
}

async function settleClaim(parts: RunParts, result: RunResult): Promise<Settlement> {
  if (!result.ok) {
    try {
      await inTime(() => parts.store.release(parts.key, parts.owner));
    } catch {
      // A release that fails leaves the claim to its lease: the retry waits a little longer and is not lost.
    }
    return { outcome: 'released', reason: result.reason, error: result.error };
  }
  try {
    if (await inTime(() => parts.store.complete(parts.key, parts.owner))) return { outcome: 'committed' };
    return {
      outcome: 'uncommitted',
      reason: 'in-flight',
      error: new Error('The claim had passed to another owner when the handler ended.'),
    };
  } catch (error) {
    return { outcome: 'uncommitted', reason: 'store-unavailable', error };
  }
}
