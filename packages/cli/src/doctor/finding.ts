import type { CheckId } from './check-ids.ts';
import type { Project } from './project.ts';

/** `error`: wrong as it stands. `warning`: wrong in all likelihood. `note`: worth a thought, and no reason for an exit status. */
export type Level = 'error' | 'warning' | 'note';

/** A place: a file and its line, a commit, or an address. */
export interface Place {
  /** Below the project's folder, with `/`. */
  readonly file?: string;
  readonly line?: number;
  /** Of git's history, in short. */
  readonly commit?: string;
  readonly url?: string;
}

/** What a check has found. It names variables and places, and never a value. */
export interface Found extends Place {
  readonly level: Level;
  readonly what: string;
  readonly remedy: string;
}

/** A check that could not be made, and why. */
export interface Skipped {
  readonly skipped: string;
}

/** One question to a project. */
export interface Check {
  readonly id: CheckId;
  /** The sentences of the five security pages that it answers. */
  readonly answers: readonly string[];
  /** Pure: all that it looks at was read before. */
  run(project: Project): readonly Found[] | Skipped;
}

/** A finding as it is told. */
export interface Finding {
  readonly id: CheckId;
  readonly level: Level;
  /** `src/server.js:12`, `.env in 3f2a1bc`, or an address. */
  readonly where: string;
  readonly file?: string;
  readonly line?: number;
  readonly commit?: string;
  readonly what: string;
  readonly remedy: string;
  readonly answers: readonly string[];
}

/** How a check came out. */
export interface Outcome {
  readonly id: CheckId;
  readonly outcome: 'ok' | 'finding' | 'skipped';
  readonly why?: string;
}

/** All that `postern doctor --json` prints. */
export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly checks: readonly Outcome[];
  /** How many guards were found: with none, most checks had nothing to ask about. */
  readonly guards: number;
}
