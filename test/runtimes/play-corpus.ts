import type { Case } from '../../packages/cli/src/cases.ts';
import { judgeCase } from '../../packages/cli/src/judge-case.ts';
import { runCase } from '../src/wire/run-case.ts';
import type { RemoteMount } from './remote-mount.ts';

/** How the deliveries of the corpus went through a runtime. */
export interface CorpusReport {
  readonly same: number;
  /** The ids of those that were refused for another reason, because `Headers` joins repeated lines. */
  readonly differs: readonly string[];
  /** The others, each with what was seen and what the command line says. */
  readonly failures: readonly string[];
}

/** Sends every delivery to a server of its own, and holds its verdict against that of the command line. */
export async function playCorpus(cases: readonly Case[], mount: RemoteMount): Promise<CorpusReport> {
  let same = 0;
  const differs: string[] = [];
  const failures: string[] = [];
  for (const one of cases) {
    const { outcome, reason = '' } = await judgeCase(one);
    const expected = `${outcome} ${reason}`;
    const seen = await runCase(one, mount).then(
      (verdict) => `${verdict.outcome} ${verdict.reason ?? ''}`,
      (error: unknown) => String(error),
    );
    if (seen === expected) same++;
    else if (isJoined(one, expected, seen)) differs.push(one.id);
    else failures.push(`${mount.name} ${one.id}: ${seen}, and the command line says ${expected}`);
  }
  return { same, differs, failures };
}

/** True where repeated lines became one, which has not the form of a signature: refused both times, for two reasons. */
function isJoined({ id }: Case, expected: string, seen: string): boolean {
  return id.includes('-dup-') && expected.startsWith('reject ') && seen.startsWith('reject malformed-');
}
