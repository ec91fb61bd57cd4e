/** What was seen of a server, in words and numbers. The first five are seen in every case; a case may add others. */
export interface Sight {
  /** The status of each answer; `closed` where the connection ended without one, `none` where none came in time. */
  readonly answers?: readonly (number | 'closed' | 'none')[];
  /** `accepted`, `answered`, or the reason of the refusal, of each record that `onVerdict` got. */
  readonly verdicts?: readonly string[];
  /** The attempt that each run of the handler was told. */
  readonly runs?: readonly number[];
  /** Whether the handler got the very bytes that were signed. */
  readonly bodies?: 'as signed' | 'other bytes' | 'no run';
  /** How each run ended (`committed`), with the reason where there is one (`released: handler-failed`). */
  readonly settled?: readonly string[];
  readonly [other: string]: unknown;
}

/** What is seen of a case that a mount has no means to play. */
export const IMPOSSIBLE: Sight = { impossible: true };
