// `pnpm wire FILE [--mount NAME]… [--json]`: sends every case of a file to a real server, over real sockets.
import { parseArgs } from 'node:util';
import { compareWithExpectation, isBlank, readCase } from '../../packages/cli/src/cases.ts';
import { openFile, readLines } from '../../packages/cli/src/lines.ts';
import { Misuse } from '../../packages/cli/src/misuse.ts';
import { createOutput, printable } from '../../packages/cli/src/output.ts';
import { createTally } from '../../packages/cli/src/tally.ts';
import { tellWarningsOnce } from '../../packages/cli/src/warnings.ts';
import { loadMount, mountNames } from './wire/mounts.ts';
import { runCase } from './wire/run-case.ts';

const USAGE = `usage: pnpm wire FILE [--mount NAME]… [--json]
Sends every case of a case file byte for byte over a raw socket to a server of that mount.
Mounts: ${mountNames().join(', ')}; all (the default) runs each of them.
Exit status: 0 every case was sent (and, without --json, came out as the file expects); 1 one was not, or did not; 2 misuse.`;

const out = createOutput(process.stdout);
const err = createOutput(process.stderr);
tellWarningsOnce();
process.exitCode = await main().catch(async (error: unknown) => {
  await err.line(`wire: ${error instanceof Misuse ? error.message : error instanceof Error ? error.stack : 'failed'}`);
  return 2;
});

async function main(): Promise<number> {
  const { file, names, json } = readArguments();
  const began = performance.now();
  const tally = createTally();
  let sent = 0;
  let failed = 0;
  for (const name of names) {
    const mount = await loadMount(name);
    for await (const { line, number } of caseLines(file)) {
      if (out.gone) break;
      let where = `line ${number}`;
      try {
        const one = readCase(line);
        where += ` (${printable(one.id)})`;
        const verdict = await runCase(one, mount);
        sent++;
        const comparison = compareWithExpectation({ expect: one.expect }, verdict.outcome, verdict.reason);
        tally.add(name, comparison, one.provider);
        if (json) await out.line(JSON.stringify(verdict));
        else if (comparison.startsWith('wrong') || comparison === 'unstated') {
          const { outcome, reason = '', status = '' } = verdict;
          const expected =
            comparison === 'unstated' ? '' : `, expected ${one.expect?.outcome} ${one.expect?.reasons.join(' ')}`;
          await out.line(`${name}  ${printable(one.id)}: ${outcome} ${reason} ${status}${expected}`);
        }
      } catch (error) {
        failed++;
        await err.line(`wire: ${name}, ${where}: ${error instanceof Error ? error.message : 'failed'}`);
      }
    }
  }
  const polluted = Reflect.get({}, 'isAdmin') !== undefined;
  if (polluted) await err.line('wire: Object.prototype was changed: ({}).isAdmin is there.');
  if (!json) {
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const lines = [
      '',
      ...tally.table('mount'),
      '',
      `${sent} sent, ${failed} failed, ${tally.wrong} wrong, ${seconds} s.`,
    ];
    for (const line of lines) await out.line(line);
  }
  return failed > 0 || polluted || (!json && tally.wrong > 0) ? 1 : 0;
}

function readArguments(): { readonly file: string; readonly names: readonly string[]; readonly json: boolean } {
  const known = mountNames();
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        mount: { type: 'string', multiple: true, default: ['all'] },
        json: { type: 'boolean', default: false },
      },
    });
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) throw new Error('give one case file.');
    const names = values.mount.includes('all') ? known : values.mount;
    if (names.some((name) => !known.includes(name))) throw new Error('there is no such mount.');
    return { file, names, json: values.json };
  } catch (error) {
    throw new Misuse(`${error instanceof Error ? error.message : ''}\n${USAGE}`);
  }
}

async function* caseLines(file: string): AsyncGenerator<{ readonly line: Buffer; readonly number: number }> {
  let number = 0;
  let cases = 0;
  for await (const line of readLines(openFile(file))) {
    number++;
    if (isBlank(line)) continue;
    cases++;
    yield { line, number };
  }
  if (cases === 0) throw new Misuse(`${file}: there is no case in it.`);
}
