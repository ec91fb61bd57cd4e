import { openSync, writeSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Line } from './ledger.ts';

/**
 * Opens a ledger that is only ever added to, and gives what writes a line.
 *
 * The kernel has the line when the call returns, and keeps it when the process is killed: receivers die in a drill, and machines do not.
 */
export function openLedger(file: string): (line: Line) => void {
  const descriptor = openSync(file, 'a');
  return (line) => void writeSync(descriptor, `${JSON.stringify(line)}\n`);
}

/** Reads every ledger of a folder. A line that was cut off by a death was not written. */
export async function readLedgers(folder: string): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.jsonl')) continue;
    const text = await readFile(join(folder, name), 'utf8');
    for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n'))
      if (line !== '') lines.push(JSON.parse(line) as Line);
  }
  return lines.sort((a, b) => a.at - b.at);
}
