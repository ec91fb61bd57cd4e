import { printable } from './output.ts';

/** A span of time that is asked about. */
export interface Period {
  /** Milliseconds since 1970, included. */
  readonly since: number | undefined;
  /** Milliseconds since 1970, included. */
  readonly until: number | undefined;
  holds(at: number): boolean;
}

/** How often each of some words was met. */
export type Counts = Readonly<Record<string, number>>;

/** Makes a period; what is not given is open. */
export function createPeriod(since: number | undefined, until: number | undefined): Period {
  return { since, until, holds: (at) => (since === undefined || at >= since) && (until === undefined || at <= until) };
}

/** Counts one more of these. */
export function count(counts: Map<string, number>, word: string): Map<string, number> {
  return counts.set(word, (counts.get(word) ?? 0) + 1);
}

/** The most frequent first. */
export function sorted(counts: ReadonlyMap<string, number>): Counts {
  return Object.fromEntries([...counts].sort(([a, more], [b, less]) => less - more || (a < b ? -1 : 1)));
}

/** `genuine 3, stale 1`: the first twenty of them. */
export function listed(counts: Counts): string {
  const all = Object.entries(counts);
  const rest = all.length > 20 ? [`and ${all.length - 20} more`] : [];
  return [...all.slice(0, 20).map(([word, number]) => `${printable(word)} ${number}`), ...rest].join(', ');
}

/** A moment as ISO 8601; `undefined` for none. */
export function isoTime(at: number | undefined): string | undefined {
  return at === undefined || !Number.isFinite(at) ? undefined : new Date(at).toISOString();
}
