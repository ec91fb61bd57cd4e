// `node test/bin/run.mjs runtimes [--only NAME,NAME]`: the conformance list and the corpus on every runtime that is not the one the tests run on.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { adapterCases, checkDifferences } from '@postern/testing';
import { tryDoors } from '../runtimes/doors.ts';
import { playCorpus } from '../runtimes/play-corpus.ts';
import { prepareProject } from '../runtimes/project.ts';
import type { RemoteMount } from '../runtimes/remote-mount.ts';
import { tryQuickStart } from '../runtimes/try-quick-starts.ts';
import { tryRefusals } from '../runtimes/try-refusals.ts';
import { tryWorkerExample } from '../runtimes/try-worker-example.ts';
import { readCases } from './wire/read-cases.ts';

const MOUNTS = new URL('../runtimes/mounts/', import.meta.url);
/** The versions of Node.js that import and require every door. */
const NODES = ['node22', 'node24', 'node26'];
const CORPUS = fileURLToPath(new URL('../corpus/deliveries.dev.jsonl', import.meta.url));

let passed = 0;
const failures: string[] = [];
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));
const names = readArguments();
if (names !== undefined) await main(names);

/** What became of the conformance list on a runtime. */
interface ListReport {
  readonly same: number;
  readonly differs: readonly string[];
  readonly failures: readonly string[];
}

async function main(names: readonly string[]): Promise<void> {
  const began = performance.now();
  const project = await prepareProject();
  console.log(`the runtimes are installed, the packages are built and packed: ${seconds(began)} s\n`);
  const corpus = await readCases(CORPUS);
  printRow(['runtime', 'version', 'cases ok', 'differ', 'failed', 'corpus same', 'differ', 'failed', 'seconds']);
  const notes = new Map<string, string[]>();
  const note = (text: string, name: string) => notes.set(text, [...(notes.get(text) ?? []), name]);
  for (const name of names) {
    const start = performance.now();
    const { mount } = (await import(new URL(`${name}.ts`, MOUNTS).href)) as { mount: RemoteMount };
    try {
      const version = await mount.version();
      checkDifferences(mount);
      await mount.start();
      passed += await tryRefusals(mount);
      const list = await playList(mount);
      const deliveries = await playCorpus(corpus, mount);
      failures.push(...list.failures, ...deliveries.failures);
      passed += adapterCases.length + corpus.length - list.failures.length - deliveries.failures.length;
      for (const id of list.differs) note(`${id}: ${mount.differences?.[id]?.why}`, name);
      if (deliveries.differs.length > 0)
        note(`of the corpus, refused for another reason: ${deliveries.differs.join(' ')}`, name);
      const cells = [list.same, list.differs.length, list.failures.length];
      const more = [deliveries.same, deliveries.differs.length, deliveries.failures.length];
      printRow([name, version, ...cells, ...more, seconds(start)]);
    } catch (error) {
      failures.push(`${name} cannot be run: ${messageOf(error)}`);
      printRow([name, 'FAILED', '', '', '', '', '', '', seconds(start)]);
    } finally {
      await mount.stop();
    }
  }
  for (const [text, places] of notes) console.log(`\n${places.join(', ')}: ${text}`);
  for (const node of NODES) {
    try {
      passed += await tryDoors(project, node);
    } catch (error) {
      failures.push(`${node}: ${messageOf(error)}`);
    }
  }
  const programs = {
    bun: () => tryQuickStart(project, 'bun'),
    deno: () => tryQuickStart(project, 'deno'),
    workerd: () => tryWorkerExample(project),
  };
  for (const [name, tryProgram] of Object.entries(programs)) {
    if (!names.includes(name)) continue;
    try {
      passed += await tryProgram();
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  for (const failure of failures) console.log(`\n${failure}`);
  console.log(`\n${seconds(began)} s\nruntimes: ${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

/** Plays every case. A known difference that is seen counts as one. */
async function playList(mount: RemoteMount): Promise<ListReport> {
  let same = 0;
  const differs: string[] = [];
  const failures: string[] = [];
  for (const { id, run } of adapterCases) {
    try {
      await run(mount);
      if (mount.differences?.[id] === undefined) same++;
      else differs.push(id);
    } catch (error) {
      failures.push(`${mount.name} ${id}: ${messageOf(error)}`);
    }
  }
  return { same, differs, failures };
}

function readArguments(): readonly string[] | undefined {
  const known = readdirSync(MOUNTS)
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
  try {
    const { values } = parseArgs({ options: { only: { type: 'string', default: known.join(',') } } });
    const chosen = values.only.split(',');
    const strangers = chosen.filter((name) => !known.includes(name));
    if (strangers.length > 0) throw new Error(`there is no runtime ${strangers.join(', ')}.`);
    return chosen;
  } catch (error) {
    console.error(
      `runtimes: ${messageOf(error)}\nusage: run.mjs runtimes [--only NAME,NAME]\nRuntimes: ${known.join(', ')}`,
    );
    process.exitCode = 2;
    return undefined;
  }
}

function printRow(cells: readonly (string | number)[]): void {
  console.log(
    cells
      .map((cell, at) => String(cell).padEnd([15, 13][at] ?? 11))
      .join('  ')
      .trimEnd(),
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}
