// The build for edge runtimes and browsers: what it consists of, and that it verifies where there is no Node.js to fall back on.
import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EdgeRuntime } from 'edge-runtime';
import { build, type Options } from 'tsup';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCase } from '../packages/cli/src/cases.ts';
import { judgeCase } from '../packages/cli/src/judge-case.ts';
import { web } from '../packages/core/tsup.config.ts';
import type { Program } from './edge/program.ts';
import { importsOf, nodesOf, parse, ROOT, type Source } from './workspace.ts';

const CORE = `${ROOT}packages/core/`;
const CORPUS = readFileSync(new URL('corpus/deliveries.dev.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const NODE_GLOBALS = ['Buffer', '__dirname', '__filename', 'setImmediate'];
const SECRET = 'test-secret-test-secret-test-secret';

/** What a bundle holds that only Node.js has: its modules, under either name, and globals of its own. */
function nodeOnly(file: Source): string[] {
  const nodes = [...nodesOf(file.tree)];
  const required = nodes
    .filter(ts.isCallExpression)
    .filter(({ expression }) => ts.isIdentifier(expression) && expression.text === 'require')
    .map(({ arguments: [from] }) => (from !== undefined && ts.isStringLiteral(from) ? from.text : 'an unknown module'));
  const modules = [...importsOf(file).map(({ from }) => from), ...required].filter(
    (from) => from !== 'jose' && !/^[./]|^(?:providers\/)?chunk-/.test(from),
  );
  const globals = nodes.filter(ts.isIdentifier).filter(({ text }) => NODE_GLOBALS.includes(text));
  return [...modules, ...globals.map(({ text }) => text)].map((found) => `${file.path}: ${found}`);
}

/** Runs the build of `dist/web`, changed where a test needs it, and gives the programs it wrote. */
async function buildWeb(outDir: string, changes: Options): Promise<readonly Source[]> {
  await build({ ...web, config: false, silent: true, clean: false, sourcemap: false, outDir, ...changes });
  return readdirSync(outDir, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.c?js$/.test(path))
    .map((path) => parse({ path, text: readFileSync(join(outDir, path), 'utf8') }));
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-edge-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the build for edge runtimes', () => {
  // Its entries are relative to the package.
  const entry = (web.entry as readonly string[]).map((path) => path.replace(/^(!?)/, `$1${CORE}`));
  const doors = { entry, external: ['jose'] };

  it('holds every door but Node’s, no module of Node.js and no Buffer', async () => {
    const programs = await buildWeb(join(folder, 'doors'), doors);
    expect(programs.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'index.js',
        'index.cjs',
        'fetch.js',
        'fetch.cjs',
        'providers/index.js',
        'providers/stripe.js',
      ]),
    );
    expect(programs.some(({ path }) => /^node\./.test(path))).toBe(false);
    expect(programs.flatMap(nodeOnly)).toEqual([]);
  });

  it('would be found to hold them without the twins', async () => {
    const programs = await buildWeb(join(folder, 'without'), { ...doors, esbuildPlugins: [], platform: 'node' });
    const found = programs.flatMap(nodeOnly);
    // Each door once in each format.
    const modules = found.map((one) => one.replace(/^.*: (?:node:)?/, '')).sort();
    expect(modules).toEqual(
      ['crypto', 'diagnostics_channel', 'dns/promises', 'https', 'tls'].flatMap((name) => [name, name]),
    );
    expect(nodeOnly(parse({ path: 'a.js', text: 'export const a = Buffer.alloc(1);' }))).toEqual(['a.js: Buffer']);
  });

  it('is what edge-light, workerd and browsers are given, before anything else that is published', () => {
    const { exports } = JSON.parse(readFileSync(`${CORE}package.json`, 'utf8')) as {
      exports: Record<string, Record<string, unknown>>;
    };
    const doors = {
      '.': 'index',
      './fetch': 'fetch',
      './fields': 'fields',
      './providers': 'providers/index',
      './providers/*': 'providers/*',
    };
    for (const [door, name] of Object.entries(doors)) {
      // The types are those of the other build.
      const twin = {
        import: { types: `./dist/${name}.d.ts`, default: `./dist/web/${name}.js` },
        require: { types: `./dist/${name}.d.cts`, default: `./dist/web/${name}.cjs` },
      };
      const { [door]: conditions = {} } = exports;
      expect(Object.keys(conditions).slice(1)).toEqual(['edge-light', 'workerd', 'browser', 'import', 'require']);
      expect(conditions).toMatchObject({ 'edge-light': twin, workerd: twin, browser: twin });
    }
  });
});

describe('in the edge runtime', () => {
  let runtime: EdgeRuntime;
  beforeAll(async () => {
    const [program] = await buildWeb(join(folder, 'program'), {
      entry: { program: `${ROOT}test/edge/program.ts` },
      format: 'iife',
      splitting: false,
      platform: 'browser',
      noExternal: [/./],
      esbuildOptions: (options) => {
        options.conditions = ['@postern/source'];
      },
    });
    runtime = new EdgeRuntime();
    runtime.evaluate(program?.text ?? '');
  });

  /** Calls a function of the program with values that are written as JSON. */
  const call = <Name extends keyof Program>(name: Name, ...values: Parameters<Program[Name]>) =>
    runtime.evaluate<ReturnType<Program[Name]>>(`program.${name}(...${JSON.stringify(values)})`);

  it('there is no Node.js', () => {
    expect(runtime.evaluate('[typeof process, typeof Buffer, typeof require].join()')).toBe(
      'undefined,undefined,undefined',
    );
  });

  it('every delivery of the corpus gets the verdict and the reason it gets on Node.js, genuine and forged ones of each provider among them', async () => {
    const seen = new Map<string, Set<string>>();
    const differing: string[] = [];
    for (const line of CORPUS) {
      const one = readCase(new TextEncoder().encode(line));
      const { id, outcome, reason } = await judgeCase(one);
      const here = JSON.stringify({ id, outcome, reason });
      const there = await call('judge', line);
      if (there !== here) differing.push(`${there} where Node.js has ${here}`);
      const outcomes = seen.get(one.provider) ?? new Set();
      seen.set(one.provider, outcomes.add(outcome === 'accept' ? 'accept' : `${reason}`));
    }
    expect(differing).toEqual([]);
    expect([...seen.keys()].sort()).toEqual(['github', 'liasonpay', 'shopify', 'slack', 'standard-webhooks', 'stripe']);
    for (const [provider, outcomes] of seen)
      expect([...outcomes], provider).toEqual(expect.arrayContaining(['accept', 'bad-signature']));
  });

  it('a guarded handler runs once for a genuine delivery, and not for a forged one', async () => {
    const body = '{"zen":"Keep it logically awesome. é"}';
    const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
    const sent = await call('send', SECRET, signature, [`${body} `, body, body]);
    expect(JSON.parse(sent)).toEqual({ statuses: [401, 200, 200], handled: [body] });
  });

  it('a scheme whose digest WebCrypto has not is refused when it is made', () => {
    for (const digest of ['sha1', 'sha256', 'sha384', 'sha512']) expect(call('makeScheme', digest)).toBe('made');
    for (const digest of ['md5', 'ripemd160', 'constructor'])
      expect(call('makeScheme', digest)).toBe('invalid-provider hmac.digest');
  });
});
