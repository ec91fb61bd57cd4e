/** What a claim needs to know. */
export interface ClaimRequest {
  /** A fresh random token: whoever holds it owns the claim. */
  readonly owner: string;
  /** After so many milliseconds on the store's clock an unfinished claim may be taken over. */
  readonly leaseMs: number;
  /** For so many milliseconds the event is remembered. */
  readonly keepMs: number;
  /** A digest of the exact signed bytes, where the key is made of an event id and says nothing of them. Kept with the claim until the event is done. */
  readonly material?: string | undefined;
  /** Claim only an event that is known, was never finished, and was last claimed with this very `material`: `{ unknown: true }` otherwise. Lets a stale retry in, and no stale stranger. */
  readonly retryOnly?: boolean | undefined;
}

/** What became of a claim. */
export type ClaimResult =
  | { readonly claimed: true; readonly attempt: number; readonly previouslyStarted: boolean }
  | { readonly inFlight: true; readonly retryAfterMs: number }
  | { readonly done: true }
  | { readonly unknown: true };

/**
 * Remembers which events are running and which are done. Three methods, each atomic, leases on the store's own clock.
 *
 * Each may be repeated by the same owner, whose answer may have been lost: `claim` then answers as it did the first time, and
 * `complete` answers true again.
 *
 * Keys are digests: a store never holds a body or an id. A store that cannot answer throws, in time; the delivery is then refused with 503.
 */
export interface ClaimStore {
  claim(key: string, request: ClaimRequest): Promise<ClaimResult>;
  /** Marks the event done, for good. True when this owner has done so, now or before; false when it is not the owner. */
  complete(key: string, owner: string): Promise<boolean>;
  /** Gives the event back. False when this owner is no longer the owner. */
  release(key: string, owner: string): Promise<boolean>;
  /** Looks for settings that would lose claims (an evicting Redis), once, after the first claim. Resolves to sentences for the operator; what it throws is ignored. */
  check?(): Promise<readonly string[]>;
}

/** The claim a delivery runs under, for stores that can complete it inside the handler's own transaction. */
export interface Claim {
  readonly key: string;
  readonly owner: string;
}
