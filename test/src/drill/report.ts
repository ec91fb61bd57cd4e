import { columns } from '../../../packages/cli/src/output.ts';
import { BREACHES, type BreachKind, type Count, type Finding } from './judge.ts';

/** So many breaches of a kind are told one by one. */
const TOLD = 5;

const TITLES: readonly (readonly [keyof Count, string])[] = [
  ['events', 'events'],
  ['tries', 'tries'],
  ['acknowledged', 'acknowledged'],
  ['done', 'done'],
  ['repeats', 'repeats, told'],
  ['dropped', 'not retried'],
  ['tooLate', 'first seen stale'],
];

/** A finding for a person: a table of the profiles, and what must not be. */
export function renderFinding({ counts, breaches }: Finding): readonly string[] {
  const rows = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => [name, ...TITLES.map(([key]) => String(count[key]))]);
  const table = columns([['profile', ...TITLES.map(([, title]) => title)], ...rows]);
  const kinds = Object.keys(BREACHES) as BreachKind[];
  const told = kinds.flatMap((kind) => {
    const found = breaches.filter((breach) => breach.kind === kind);
    if (found.length === 0) return [`${kind}: 0`];
    const some = found.slice(0, TOLD).map(({ event, detail }) => `  ${event}: ${detail}`);
    return [`${kind}: ${found.length} (${BREACHES[kind]})`, ...some];
  });
  return [...table, '', ...told];
}
