import type { StoreAddress } from '../stores/address.ts';
import type { BreakPoint } from './plan.ts';

/** A receiver that does wrong on purpose, so that the judge can be seen to find it. */
export type Flaw = 'acknowledges before the work' | 'forgets claims';

/** How a receiver is set up. */
export interface ReceiverSetup {
  readonly name: string;
  readonly address: StoreAddress;
  /** The file of its ledger. */
  readonly ledger: string;
  /** How long a handler works, milliseconds. */
  readonly handlerMs: number;
  /** Handlers write a row in the transaction that completes their claim. */
  readonly inTransaction: boolean;
  readonly flaw?: Flaw | undefined;
  readonly skewMs: number;
}

/** What a receiver is told. */
export type Command =
  | { readonly command: 'open'; readonly setup: ReceiverSetup }
  /** Dies when a delivery next comes to this point. */
  | { readonly command: 'arm'; readonly point: BreakPoint }
  /** Sets its clock wrong, or right again. */
  | { readonly command: 'clock'; readonly skewMs: number };

/** What it tells: once when it can be told something, once when it listens. */
export type Report = { readonly report: 'ready' } | { readonly report: 'opened'; readonly port: number };

/** The table that handlers write to, where they write in the transaction. */
export const EFFECTS_TABLE = 'drill_effects';
