import type { ProfileName, TryResult } from './profiles.ts';

/** Who sent what came: written in an unsigned header, so that a receiver can note it and nothing is decided by it. */
export type Role = 'event' | 'forgery' | 'stranger' | 'replay';

/** A line of a receiver's ledger. Times are the machine's, milliseconds since 1970. */
export interface Line {
  readonly at: number;
  /**
   * `claimed`: the store gave the claim. `start`: the handler began. `done`: its work is done. `failed`: it threw. `committed`: the store
   * has it as done. `given-back`: the run was settled in any other way.
   */
  readonly what: 'claimed' | 'start' | 'done' | 'failed' | 'committed' | 'given-back';
  readonly event: string;
  /** The process: a receiver, and the how manieth of its name. */
  readonly process: string;
  /** Which of the process's runs: the lines of one run belong together. */
  readonly run: number;
  readonly role: Role;
  /** True where the body itself says that it is forged. */
  readonly forged?: boolean | undefined;
  readonly attempt?: number | undefined;
  readonly previouslyStarted?: boolean | undefined;
}

/** One try of the sender, or of an attacker. */
export interface Try {
  readonly event: string;
  readonly profile: ProfileName;
  readonly role: Role;
  /** Counted from 1. */
  readonly number: number;
  readonly process: string;
  readonly sentAt: number;
  readonly endedAt: number;
  readonly result: TryResult;
}

/** How the sender left an event: told that it was taken; out of tries; or with an answer on which it does not try again. */
export type Fate = 'acknowledged' | 'exhausted' | 'dropped';

/** A process that ended, as whoever started it saw. */
export interface Death {
  readonly process: string;
  readonly at: number;
}
