import type { Secrets } from '@postern/core';
import type { Plan } from './scenario.ts';
import type { Setup } from './setup.ts';

/** What a process is told before a step is sent to it. The step is known by the port that it will come from: its bytes stay as they are. */
export interface Order {
  readonly callerPort: number;
  /** The process's clock from now on, milliseconds since 1970. */
  readonly nowMs: number;
  /** The scenario's own clock, which is never set back. */
  readonly calendarMs: number;
  readonly plan: Plan;
  /** The scenario's secrets, as they are at this step. */
  readonly secrets: Secrets;
}

/** A claim that was made on a real store. Times are the machine's, milliseconds since 1970. */
export interface Claimed {
  readonly key: string;
  readonly owner: string;
  readonly askedMs: number;
  readonly answeredMs: number;
  readonly leaseMs: number;
  /** How long it is kept: as core asked, and as the store was told. */
  readonly nominalKeepMs: number;
  readonly keepMs: number;
  /** A late retry: it does not lengthen the time for which the event is kept. */
  readonly late: boolean;
}

/** What a process tells while it works. */
export type News =
  | { readonly news: 'started'; readonly callerPort: number }
  | { readonly news: 'claimed'; readonly claim: Claimed }
  | { readonly news: 'settled'; readonly key: string; readonly owner: string };

/** A process of a scenario, and the server in it. */
export interface Place {
  readonly port: number;
  /** Settings under which it would not start make it answer 500 to everything, as a host does whose application is not there. */
  prepare(order: Order): Promise<void>;
  /** Resolves when the process has died, or the scenario says that it has. */
  readonly died: Promise<void>;
  /** Ends it without a farewell. */
  kill(): Promise<void>;
  /** Gives it back alive: the scenario is over. */
  leave(): Promise<void>;
}

/** Where the processes of scenarios come from, and where their claims are kept. */
export interface Ground {
  /** Forgets the scenario before. */
  begin(): Promise<void>;
  open(setup: Setup, tell: (news: News) => void): Promise<Place>;
  /** Breaks the store, or mends it. */
  turn(store: 'up' | 'down'): Promise<void>;
  /** The scenario's clock has come so far, milliseconds since 1970: for a store whose leases follow it. */
  advance(nowMs: number): void;
  close(): Promise<void>;
}
