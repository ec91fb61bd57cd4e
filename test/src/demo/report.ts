import { findDifferences, type Row } from './row.ts';

const WIDTHS = [44, 9, 31, 7] as const;

/** The demo's table: plain text of at most 100 columns; with `colour`, for a terminal. */
export function renderTable(rows: readonly Row[], colour: boolean): string {
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const lines: string[] = [
    paint(1, columns('What was sent', 'Caller', 'Operator', 'Handler')),
    columns(...WIDTHS.map((width) => '-'.repeat(width))),
  ];
  let group = '';
  for (const row of rows) {
    if (row.group !== group) lines.push('', paint(1, row.group));
    group = row.group;
    const differences = findDifferences(row);
    const text = columns(row.sent, row.seen.caller, row.seen.operator, row.seen.handler, differences.length > 0);
    lines.push(differences.length > 0 ? paint(31, text) : text);
    for (const difference of differences) lines.push(paint(31, `    ${difference}`));
  }
  return lines.join('\n');
}

/** The closing line. */
export function renderTally(rows: readonly Row[]): string {
  const right = rows.filter((row) => findDifferences(row).length === 0).length;
  return `${right} of ${rows.length} as expected`;
}

/** What the demo's process ends with: 0 when every row is right and nothing leaked, else 1. */
export function exitStatus(rows: readonly Row[], leaks: readonly string[]): 0 | 1 {
  return rows.length > 0 && leaks.length === 0 && rows.every((row) => findDifferences(row).length === 0) ? 0 : 1;
}

function columns(sent = '', caller = '', operator = '', handler = '', wrong = false): string {
  const [first, second, third] = WIDTHS;
  const cells = [sent.padEnd(first), caller.padEnd(second), operator.padEnd(third), handler];
  return `${wrong ? '!' : ' '} ${cells.join('  ')}`.trimEnd();
}
