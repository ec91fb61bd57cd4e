import { type Case, isBlank, readCase } from '../../../packages/cli/src/cases.ts';
import { openFile, readLines } from '../../../packages/cli/src/lines.ts';

/** Reads a whole case file. @throws Misuse for a line that is not a case */
export async function readCases(file: string): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for await (const line of readLines(openFile(file))) if (!isBlank(line)) cases.push(readCase(line));
  return cases;
}
