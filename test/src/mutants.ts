// `pnpm mutants [NAME…] [--some N] [--json]`: breaks the code on purpose, one rule at a time, and expects the tests of that rule to fail.
//
// Each breakage is made in a copy of the workspace, whose installed packages are linked. Names are parts of mutants' names; `--some` takes
// so many of them at random, for where there is no time for all.
import { spawn } from 'node:child_process';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { MUTANTS, type Mutant } from '../mutants.ts';
import { ROOT } from '../workspace.ts';

const WORKERS = 2;
/** For each test file: a test that hangs has failed, but somebody has to say so. */
const DEADLINE_MS = 120_000;
const LEFT_OUT = new Set(['node_modules', 'dist', 'coverage', '.git', '.next']);

interface TestRun {
  /** False when vitest itself says that something failed. */
  readonly succeeded: boolean;
  readonly passed: ReadonlySet<string>;
  /** Names of failed tests, each with its file. */
  readonly failed: readonly string[];
  /** Files that could not be loaded, each with the error. */
  readonly broken: readonly string[];
}

interface Finding {
  readonly name: string;
  readonly file: string;
  readonly outcome: 'killed' | 'survived' | 'stale' | 'broken';
  /** The test that noticed, or what went wrong. */
  readonly detail: string;
  readonly seconds: number;
}

const { positionals: wanted, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, some: { type: 'string' } },
});
const { json } = values;
const named = MUTANTS.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
const mutants = values.some === undefined ? named : takeSome(named, Number(values.some));
if (mutants.length === 0) {
  console.error('mutants: no mutant has such a name.');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'postern-mutants-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
process.exitCode = await main();

async function main(): Promise<number> {
  const began = performance.now();
  const copies = Array.from({ length: Math.min(WORKERS, mutants.length) }, (_, index) =>
    copyWorkspace(`copy-${index}`),
  );
  const healthy = await runHealthy(copies);
  // A test that fails anyway proves nothing.
  for (const sick of [...healthy.failed, ...healthy.broken])
    console.error(`mutants: fails without any breakage: ${sick}`);
  if (healthy.passed.size === 0 || healthy.broken.length > 0) return 2;
  const waiting = [...mutants];
  const findings: Finding[] = [];
  await Promise.all(
    copies.map(async (copy) => {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        const finding = await judge(copy, mutant, healthy);
        findings.push(finding);
        if (!json) console.log(line(finding));
      }
    }),
  );
  const survivors = findings.filter(({ outcome }) => outcome !== 'killed');
  const seconds = Math.round((performance.now() - began) / 1000);
  if (json) console.log(JSON.stringify({ seconds, findings }, null, 2));
  else console.log(`\n${findings.length - survivors.length} of ${findings.length} killed, ${seconds} s.`);
  return survivors.length === 0 ? 0 : 1;
}

/** Each run takes others: over some runs, all have their turn. */
function takeSome(from: readonly Mutant[], count: number): readonly Mutant[] {
  return from
    .map((mutant) => ({ mutant, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .slice(0, count)
    .map(({ mutant }) => mutant);
}

function line({ name, outcome, detail, seconds }: Finding): string {
  return `${outcome === 'killed' ? 'killed  ' : outcome.toUpperCase()}  ${seconds.toFixed(1).padStart(5)} s  ${name.padEnd(56)} ${detail.slice(0, 110)}`;
}

/** Runs every test that a mutant names, on code that nobody has broken. */
async function runHealthy(copies: readonly string[]): Promise<TestRun> {
  const whole = new Set(mutants.flatMap(({ tests, only }) => (only === undefined ? tests : [])));
  const parts = new Map<string, Set<string>>();
  for (const { tests, only } of mutants)
    for (const test of tests)
      if (only !== undefined && !whole.has(test)) parts.set(test, (parts.get(test) ?? new Set()).add(only));
  // One share for each copy.
  const shares = copies.map((_, share) => [...whole].filter((_, index) => index % copies.length === share));
  const waiting: (readonly [tests: readonly string[], only?: string])[] = [
    ...shares.filter((share) => share.length > 0).map((share) => [share] as const),
    ...[...parts].map(([test, patterns]) => [[test], [...patterns].join('|')] as const),
  ];
  const runs: TestRun[] = [];
  await Promise.all(
    copies.map(async (copy) => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        runs.push(await runTests(copy, next[0], next[1], false, DEADLINE_MS * next[0].length));
    }),
  );
  return {
    succeeded: runs.every(({ succeeded }) => succeeded),
    passed: new Set(runs.flatMap(({ passed }) => [...passed])),
    failed: runs.flatMap(({ failed }) => failed),
    broken: runs.flatMap(({ broken }) => broken),
  };
}

/** Makes one breakage, runs its tests, and mends it again. */
async function judge(copy: string, mutant: Mutant, healthy: TestRun): Promise<Finding> {
  const { name, file, find, replace, tests, only } = mutant;
  const began = performance.now();
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  const result = (outcome: Finding['outcome'], detail: string): Finding => ({
    name,
    file,
    outcome,
    detail,
    seconds: (performance.now() - began) / 1000,
  });
  const places = original.split(find).length - 1;
  if (places !== 1) return result('stale', `its text is ${places} times in ${file}`);
  const broken = original.split(find).join(replace);
  const problem = syntaxError(path, broken);
  if (problem !== undefined) return result('broken', problem);
  writeFileSync(path, broken);
  try {
    const bail = healthy.failed.length === 0;
    let run = await runTests(copy, tests, only, bail, DEADLINE_MS);
    // A run that ends at its first failure may leave that failure out of its report.
    if (bail && !run.succeeded && run.failed.length === 0 && run.broken.length === 0)
      run = await runTests(copy, tests, only, false, DEADLINE_MS);
    const witness = run.failed.find((test) => healthy.passed.has(test));
    if (witness !== undefined) return result('killed', witness);
    // A file that does not load says nothing about the rule.
    return run.broken.length > 0 ? result('broken', run.broken.join()) : result('survived', tests.join(', '));
  } finally {
    writeFileSync(path, original);
  }
}

function syntaxError(path: string, text: string): string | undefined {
  const { diagnostics = [] } = ts.transpileModule(text, { fileName: path, reportDiagnostics: true });
  return diagnostics[0] && ts.flattenDiagnosticMessageText(diagnostics[0].messageText, ' ');
}

/** Copies what is ours, and links what is installed: but packages of the workspace to the copy, or the original would be tested. */
function copyWorkspace(name: string): string {
  const copy = join(folder, name);
  cpSync(ROOT, copy, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
  for (const place of ['', ...workspaceFolders()]) {
    const installed = join(ROOT, place, 'node_modules');
    for (const entry of list(installed).filter((one) => !one.startsWith('.'))) {
      const packages = entry.startsWith('@') ? list(join(installed, entry)).map((one) => join(entry, one)) : [entry];
      for (const one of packages) {
        const target = realpathSync(join(installed, one));
        const link = join(copy, place, 'node_modules', one);
        mkdirSync(join(link, '..'), { recursive: true });
        const own = target.startsWith(ROOT) && !target.includes('node_modules');
        symlinkSync(own ? join(copy, target.slice(ROOT.length)) : target, link);
      }
    }
  }
  return copy;
}

function workspaceFolders(): readonly string[] {
  const inside = ['packages', 'examples'].flatMap((parent) => list(join(ROOT, parent)).map((one) => join(parent, one)));
  return [...inside, 'test'].filter((path) => lstatSync(join(ROOT, path)).isDirectory());
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Runs test files in a copy, or those of their tests whose names match, and reads what the reporter wrote. */
function runTests(
  copy: string,
  tests: readonly string[],
  only: string | undefined,
  bail: boolean,
  deadlineMs: number,
): Promise<TestRun> {
  const report = join(copy, '.mutants-report.json');
  rmSync(report, { force: true });
  const vitest = join(realpathSync(join(ROOT, 'node_modules/vitest')), 'vitest.mjs');
  const pattern = only === undefined ? [] : ['--testNamePattern', only];
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        vitest,
        'run',
        ...tests,
        ...pattern,
        '--reporter=json',
        `--outputFile=${report}`,
        '--testTimeout=10000',
        // One file after the other, and once: the first failure ends the run, wherever it is.
        '--maxWorkers=1',
        '--project=packages',
        '--project=test',
        '--project=long',
        '--project=timed',
        ...(bail ? ['--bail=1'] : []),
      ],
      { cwd: copy, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, NODE_NO_WARNINGS: '1' } },
    );
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (signal !== null)
        return resolve({
          succeeded: false,
          passed: new Set(),
          failed: [],
          broken: [`the tests did not end within ${deadlineMs} ms`],
        });
      try {
        resolve({ succeeded: code === 0, ...readReport(readFileSync(report, 'utf8'), copy) });
      } catch {
        reject(new Error(`vitest wrote no report: ${errors.slice(0, 500)}`));
      }
    });
  });
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

function readReport(text: string, copy: string): Omit<TestRun, 'succeeded'> {
  const { testResults } = JSON.parse(text) as Report;
  const named = (wanted: string) =>
    testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === wanted)
        .map(({ fullName }) => `${name.slice(copy.length + 1)}: ${fullName}`),
    );
  return {
    passed: new Set(named('passed')),
    failed: named('failed'),
    broken: testResults
      .filter(
        ({ status, assertionResults }) =>
          status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
      )
      .map(({ name, message }) => `${name.slice(copy.length + 1)}: ${message.split('\n')[0]}`),
  };
}
