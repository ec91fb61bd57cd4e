import type { AdapterCase, Mount } from '@postern/testing';

/** How one case came out on one mount. */
export type Outcome = 'ok' | 'differs' | 'FAILED';

/** What came of the whole list on one mount. */
export interface Column {
  readonly mount: Pick<Mount, 'name' | 'differences'>;
  /** By the id of the case. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

/** Prints cases in rows and mounts in columns. Each reason for a known difference stands once, in a numbered note below. */
export function formatMatrix(cases: readonly AdapterCase[], columns: readonly Column[]): readonly string[] {
  const notes: string[] = [];
  const cell = (id: string, { mount, outcomes }: Column): string => {
    const outcome = outcomes[id] ?? '';
    const why = mount.differences?.[id]?.why;
    return outcome === 'differs' && why !== undefined ? `differs [${numberOf(why, notes)}]` : outcome;
  };
  const rows: (readonly string[])[] = [['', ...columns.map(({ mount }) => mount.name)]];
  for (const { id, theme } of cases) {
    if (rows.every(([first]) => first !== theme)) rows.push([theme]);
    rows.push([`  ${id}`, ...columns.map((column) => cell(id, column))]);
  }
  const table = align(rows);
  return notes.length === 0 ? table : [...table, '', ...notes.map((why, index) => `[${index + 1}] ${why}`)];
}

function numberOf(why: string, notes: string[]): number {
  if (!notes.includes(why)) notes.push(why);
  return notes.indexOf(why) + 1;
}

function align(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) =>
    row
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
