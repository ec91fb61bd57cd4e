import { ConfigurationError } from '../errors.ts';
import type { Warn } from '../host.ts';
import type { ClaimStore } from './contract.ts';
import { memoryStore } from './memory-store.ts';

/**
 * The store of the user's, checked, or a memory store.
 *
 * @param now a clock of the user's own moves leases too. The time of day does not: somebody may set it
 * @throws ConfigurationError for what is no claim store
 */
export function compileStore(
  given: ClaimStore | undefined,
  now: (() => number) | undefined,
  replayMs: number,
): ClaimStore {
  const store =
    given ?? memoryStore({ ...(now === undefined ? {} : { now }), replayWindowMs: Math.max(1_200_000, replayMs) });
  for (const method of ['claim', 'complete', 'release'] as const) {
    if (typeof store?.[method] !== 'function')
      throw new ConfigurationError('invalid-option', 'store', `give a claim store: this has no ${method}().`);
  }
  return store;
}

/** What happens when the store fails. @throws ConfigurationError for another word */
export function compileStoreFailure(value: unknown = 'closed'): 'closed' | 'open' {
  if (value !== 'closed' && value !== 'open')
    throw new ConfigurationError(
      'invalid-option',
      'storeFailure',
      "give 'closed' (the default: 503, and the sender tries again) or 'open' (accepted without a claim, for senders that never try again).",
    );
  return value;
}

/** Makes what asks a store, once, for settings that would lose claims. */
export function storeChecker(store: ClaimStore, warn: Warn): () => void {
  let asked = false;
  const ask = async () => {
    const findings = (await store.check?.()) ?? [];
    if (findings.length > 0) warn('POSTERN_STORE_SETTINGS', findings.join(' '));
  };
  return () => {
    if (asked) return;
    asked = true;
    // A store that may not be asked loses nothing by it.
    ask().catch(() => undefined);
  };
}
