import type { Comparison } from './cases.ts';
import { columns, printable } from './output.ts';

/** Counts how cases came out, in rows. */
interface Tally {
  /** Cases whose outcome, reason or response is not what the file expects. */
  readonly wrong: number;
  add(row: string, comparison: Comparison, provider: string): void;
  /** The counts as a table under this title, its columns of nothing but noughts left out, and the unknown providers below it. */
  table(title: string): readonly string[];
}

const TITLES = {
  'as-expected': 'as expected',
  either: 'right either way',
  'wrong-outcome': 'wrong outcome',
  'wrong-reason': 'wrong reason',
  'wrong-response': 'wrong response',
  unstated: 'nothing expected',
} as const;

type Column = keyof typeof TITLES;
const COLUMNS = Object.keys(TITLES) as Column[];

/** Starts a tally. */
export function createTally(): Tally {
  const rows = new Map<string, Map<Column, number>>();
  const unknown = new Map<string, number>();
  const total = (column: Column) => sum([...rows.values()].map((row) => row.get(column) ?? 0));
  return {
    get wrong() {
      return total('wrong-outcome') + total('wrong-reason') + total('wrong-response');
    },
    add(row, comparison, provider) {
      if (comparison === 'unknown-provider') {
        unknown.set(provider, (unknown.get(provider) ?? 0) + 1);
        return;
      }
      const counts = rows.get(row) ?? new Map<Column, number>();
      rows.set(row, counts.set(comparison, (counts.get(comparison) ?? 0) + 1));
    },
    table(title) {
      const shown = COLUMNS.filter((column) => total(column) > 0 || column === 'as-expected');
      const lines = [...rows]
        .sort(byName)
        .map(([name, counts]) => [printable(name, 40), ...shown.map((column) => String(counts.get(column) ?? 0))]);
      const table = columns([
        [title, ...shown.map((column) => TITLES[column])],
        ...lines,
        ['all', ...shown.map((column) => String(total(column)))],
      ]);
      const strangers = [...unknown].sort(byName).map(([name, count]) => `${printable(name, 40)} ${count}`);
      if (strangers.length === 0) return table;
      const count = sum([...unknown.values()]);
      return [...table, '', `Not judged, ${count} of providers that are not known here: ${strangers.join(', ')}`];
    },
  };
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
