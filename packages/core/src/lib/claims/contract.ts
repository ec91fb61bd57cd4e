/** What a claim needs to know. */
export interface ClaimRequest {
  /** A fresh random token: whoever holds it owns the claim. */
  readonly owner: string;
  /** After so many milliseconds on the store's clock an unfinished claim may be taken over. */
  readonly leaseMs: number;
  /** For so many milliseconds the event is remembered. */
  readonly keepMs: number;
  /** Claim only an event that is known and was never finished: `{ unknown: true }` otherwise. Lets a stale retry in, and no stale stranger. */
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
 * Keys are digests: a store never holds a body or an id. A store that cannot answer throws; the delivery is then refused with 503.
 */
export interface ClaimStore {
  claim(key: string, request: ClaimRequest): Promise<ClaimResult>;
  /** Marks the event done, for good. False when this owner is no longer the owner. */
  complete(key: string, owner: string): Promise<boolean>;
  /** Gives the event back. False when this owner is no longer the owner. */
  release(key: string, owner: string): Promise<boolean>;
}
