import { type Comparison, compareWithExpectation, isBlank, readCase } from './cases.ts';
import { type CaseVerdict, judgeCase } from './judge-case.ts';
import { openFile, readLines } from './lines.ts';
import { Misuse } from './misuse.ts';
import { type Output, printable } from './output.ts';
import { createTally } from './tally.ts';

/** What a person is shown case by case; the rest is counted. */
const TOLD: readonly Comparison[] = ['wrong-outcome', 'wrong-reason', 'wrong-response', 'unstated'];

/** Where the command speaks. */
export interface Streams {
  readonly out: Output;
  readonly err: Output;
}

/** What was found at one line of a case file. */
type Finding =
  | { readonly line: number; readonly problem: string }
  | {
      readonly line: number;
      readonly provider: string;
      readonly comparison: Comparison;
      readonly verdict: CaseVerdict;
      readonly expected: string;
    };

/**
 * Judges every line of a case file, in order.
 *
 * With `json`: one verdict a line, and 0 when every line could be judged. Without: what did not come out as the file expects, and a summary;
 * 1 when something did not. In both: 2 when a line could not be read.
 */
export async function verifyCases(file: string, json: boolean, { out, err }: Streams): Promise<number> {
  const tally = createTally();
  let judged = 0;
  let unreadable = 0;
  for await (const finding of judgeLines(file)) {
    if (out.gone) break;
    if ('problem' in finding) {
      unreadable++;
      await err.line(`${printable(file)}: line ${finding.line}: ${finding.problem}`);
      continue;
    }
    judged++;
    const { verdict, comparison, provider } = finding;
    tally.add(provider, comparison, provider);
    if (json) await out.line(toJson(verdict));
    else if (TOLD.includes(comparison)) await out.line(describe(finding));
  }
  if (!json) {
    const { wrong } = tally;
    const skipped = unreadable === 0 ? '' : `, ${unreadable} lines could not be read`;
    const summary = `${judged} cases, ${wrong === 0 ? 'none' : wrong} wrong${skipped}.`;
    for (const line of ['', ...tally.table('provider'), '', summary]) await out.line(line);
  }
  if (unreadable > 0) return 2;
  return !json && tally.wrong > 0 ? 1 : 0;
}

async function* judgeLines(file: string): AsyncGenerator<Finding> {
  let number = 0;
  let cases = 0;
  for await (const line of readLines(openFile(file))) {
    number++;
    if (isBlank(line)) continue;
    cases++;
    yield await judgeLine(line, number);
  }
  if (cases === 0) throw new Misuse(`${file}: there is no case in it. Give one JSON case a line.`);
}

async function judgeLine(line: Uint8Array, number: number): Promise<Finding> {
  try {
    const one = readCase(line);
    const verdict = await judgeCase(one);
    return {
      line: number,
      provider: one.provider,
      comparison: compareWithExpectation(one, verdict.outcome, verdict.reason, verdict.response),
      verdict,
      expected: one.expect === undefined ? '' : [one.expect.outcome, ...one.expect.reasons].join(' '),
    };
  } catch (error) {
    if (error instanceof Misuse) return { line: number, problem: error.message };
    // A defect. It counts as a line that could not be judged; it must not pass for a verdict, nor hide the lines after it.
    return { line: number, problem: `judging it failed (${error instanceof Error ? error.name : 'unknown error'}).` };
  }
}

function toJson({ id, outcome, reason, response }: CaseVerdict): string {
  return JSON.stringify({ id, outcome, reason, response });
}

function describe(finding: Extract<Finding, { verdict: CaseVerdict }>): string {
  const { verdict, comparison, line, expected } = finding;
  const outcome = [verdict.outcome, verdict.reason].filter((word) => word !== undefined).join(' ');
  const start =
    comparison === 'unstated' ? outcome : `WRONG  line ${line}: expected ${printable(expected)}, got ${outcome}`;
  const problem =
    comparison === 'wrong-response'
      ? '  (it is answered otherwise than its expectResponse says: --json prints the answer)'
      : verdict.problem === undefined
        ? ''
        : `  (${printable(verdict.problem)})`;
  return `${start}  ${printable(verdict.id)}${problem}`;
}
