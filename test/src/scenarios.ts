// `pnpm scenarios FILE [--store NAME] [--json]`: plays every scenario of a file against real servers, over real sockets.
import { parseArgs } from 'node:util';
import { isBlank } from '../../packages/cli/src/cases.ts';
import { openFile, readLines } from '../../packages/cli/src/lines.ts';
import { Misuse } from '../../packages/cli/src/misuse.ts';
import { createOutput, printable } from '../../packages/cli/src/output.ts';
import { tellWarningsOnce } from '../../packages/cli/src/warnings.ts';
import { openGround } from './scenarios/grounds.ts';
import { playScenario } from './scenarios/play.ts';
import { type Outcome, readScenario, type Step } from './scenarios/scenario.ts';
import { isStoreName, STORE_NAMES, type StoreName } from './stores/address.ts';

const USAGE = `usage: pnpm scenarios FILE [--store ${STORE_NAMES.join('|')}] [--json]
Plays every scenario of a file (JSON lines, the format of test/corpus/sequences.dev.jsonl) against Express servers, over raw sockets.
memory (the default): everything in one process. A restart, or a second process, is another receiver on the same memory store, unless the
  scenario's config.store is "memory"; a crash is a run that nobody ends. Leases follow the scenario's clock.
redis, postgres: every server is a process of its own, and a crash is a kill. REDIS_URL and POSTGRES_URL say where the store is (default:
  loopback), and a proxy in front of it breaks where a step says so. Leases are shrunk to about a second and waited for.
Prints, with --json, {"id","outcomes":[…]} for each; else what came out wrong, and a count.
Outcomes: run, duplicate, reject, retry-later, crash.
Exit status: 0 every scenario was played (and, without --json, came out as the file expects); 1 one was not, or did not; 2 misuse.`;

const out = createOutput(process.stdout);
const err = createOutput(process.stderr);
tellWarningsOnce();
const status = await main().catch(async (error: unknown) => {
  await err.line(
    `scenarios: ${error instanceof Misuse ? error.message : error instanceof Error ? error.stack : 'failed'}`,
  );
  return 2;
});
// Handlers of crashed processes never end, and their deadlines are far: what is printed is waited for, and they are not.
process.stdout.write('', () => process.exit(status));

async function main(): Promise<number> {
  const { file, store, json } = readArguments();
  if (file === undefined) {
    await out.line(USAGE);
    return 0;
  }
  const began = performance.now();
  const counts = { played: 0, failed: 0, wrong: 0 };
  const ignored = new Set<string>();
  const ground = await openGround(store);
  try {
    for await (const { line, number } of scenarioLines(file)) {
      if (out.gone) break;
      let where = `line ${number}`;
      try {
        const scenario = readScenario(line);
        where += ` (${printable(scenario.id)})`;
        const played = await playScenario(scenario, ground);
        counts.played++;
        for (const name of played.ignored) ignored.add(printable(name, 40));
        const { outcomes } = played;
        const differences = scenario.steps.flatMap((step, at) => compare(step, outcomes[at], at + 1));
        if (differences.length > 0) counts.wrong++;
        if (json) await out.line(JSON.stringify({ id: scenario.id, outcomes }));
        else for (const difference of differences) await out.line(`${printable(scenario.id)}  ${difference}`);
      } catch (error) {
        counts.failed++;
        await err.line(`scenarios: ${where}: ${error instanceof Error ? error.message : 'failed'}`);
      }
    }
  } finally {
    await ground.close();
  }
  for (const name of ignored) await err.line(`scenarios: config.${name} means nothing here, and was passed over.`);
  if (!json) {
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const { played, failed, wrong } = counts;
    await out.line(`${store}: ${played} played, ${failed} failed, ${wrong} wrong, ${seconds} s.`);
  }
  return counts.failed > 0 || (!json && counts.wrong > 0) ? 1 : 0;
}

function compare({ expected }: Step, outcome: Outcome | undefined, number: number): readonly string[] {
  if (expected.length === 0) return [`step ${number}: ${outcome}, and the file expects nothing`];
  if (outcome !== undefined && expected.includes(outcome)) return [];
  return [`step ${number}: ${outcome}, expected ${expected.join(' or ')}`];
}

function readArguments(): {
  readonly file: string | undefined;
  readonly store: StoreName;
  readonly json: boolean;
} {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        store: { type: 'string', default: 'memory' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const { store, json, help } = values;
    if (!isStoreName(store)) throw new Error('there is no such store.');
    const [file, ...rest] = positionals;
    if (!help && (file === undefined || rest.length > 0)) throw new Error('give one scenario file.');
    return { file: help ? undefined : file, store, json };
  } catch (error) {
    throw new Misuse(`${error instanceof Error ? error.message : ''}\n${USAGE}`);
  }
}

async function* scenarioLines(file: string): AsyncGenerator<{ readonly line: Buffer; readonly number: number }> {
  let number = 0;
  let scenarios = 0;
  for await (const line of readLines(openFile(file))) {
    number++;
    if (isBlank(line)) continue;
    scenarios++;
    yield { line, number };
  }
  if (scenarios === 0) throw new Misuse(`${file}: there is no scenario in it.`);
}
