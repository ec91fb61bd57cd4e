import { rmSync } from 'node:fs';
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPackages, mustRun, packPackages, ROOT, run } from './pack.ts';
import { serve } from './serve.ts';
import { createSteps, expectText } from './steps.ts';

// `pnpm consumers`: the packages are built, packed and installed into four projects as strangers would install them; each runs the README's example.
const SECRET = 'test-only-secret-of-the-consumers';
const VARIABLE = 'LIASONPAY_WEBHOOK_SECRET';

/** A project under test/consumers. */
interface Consumer {
  readonly name: string;
  /** The file that the README's example is written to. */
  readonly source: string;
  /** Commands of `npx`, run after the installation. */
  readonly build: readonly (readonly string[])[];
  /** The files that Node runs: the example, and what posts to it. */
  readonly server: string;
  readonly check: string;
}

const CONSUMERS: readonly Consumer[] = [
  { name: 'esm-js', source: 'server.js', build: [], server: 'server.js', check: 'check.js' },
  { name: 'cjs', source: 'server.cjs', build: [], server: 'server.cjs', check: 'check.js' },
  { name: 'ts-nodenext', source: 'server.ts', build: [['tsc']], server: 'dist/server.js', check: 'dist/check.js' },
  {
    name: 'ts-bundler',
    source: 'server.ts',
    build: [
      ['tsc'],
      [
        'esbuild',
        'server.ts',
        'check.ts',
        '--bundle',
        '--platform=node',
        '--target=node20',
        '--format=cjs',
        '--out-extension:.js=.cjs',
        '--outdir=dist',
        '--log-level=warning',
      ],
    ],
    server: 'dist/server.cjs',
    check: 'dist/check.cjs',
  },
];

const folder = await mkdtemp(join(tmpdir(), 'postern-consumers-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const steps = createSteps('consumers');
await buildPackages();
const example = await readExample();
// What the example and the command need: every other package would bring its framework along.
const INSTALLED = ['@postern/core', '@postern/express', '@postern/cli'];
const packed = await packPackages(folder);
const tarballs = INSTALLED.map((name) => packed.get(name) ?? name);
for (const consumer of CONSUMERS) await steps.step(consumer.name, () => tryConsumer(consumer));
await steps.step('require and import', () => tryBothFormats(join(folder, 'cjs')));
await steps.step('npx postern', () => tryCommand(join(folder, 'esm-js')));
steps.finish();

/** The first example of the README as it stands there, but for the port. @throws when there is none */
async function readExample(): Promise<string> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const ported = code.replace('app.listen(3000)', 'app.listen(Number(process.env.PORT))');
  if (ported === code) throw new Error('README.md: the first ts example does not end in app.listen(3000)');
  return ported;
}

/** The same for CommonJS. */
function withRequire(code: string): string {
  return code.replace(/^import (.+) from ('.+');$/gm, 'const $1 = require($2);');
}

/** Installs the tarballs into a copy of a project, builds it, and runs it. */
async function tryConsumer({ name, source, build, server, check }: Consumer): Promise<void> {
  const cwd = join(folder, name);
  await cp(join(ROOT, 'test', 'consumers', name), cwd, { recursive: true });
  await writeFile(join(cwd, source), source.endsWith('.cjs') ? withRequire(example) : example);
  await mustRun('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs], { cwd });
  for (const command of build) await mustRun('npx', ['--no-install', ...command], { cwd });
  await serve([server], { cwd, env: { [VARIABLE]: SECRET } }, async ({ port, printed }) => {
    const url = `http://127.0.0.1:${port}/webhooks/liasonpay`;
    const statuses = await mustRun(process.execPath, [check, url, SECRET], { cwd });
    expectText('statuses', statuses.trim(), '[200,401]');
    // The example's handler prints the event's type first.
    expectText('lines of the handler', String(printed().match(/^charge\.completed /gm)?.length), '1', printed());
  });
}

/** `require` and `import` of the same packages, in one process. */
async function tryBothFormats(cwd: string): Promise<void> {
  const said = await mustRun(process.execPath, ['both.js'], { cwd });
  expectText('both.js', said.trim(), 'both copies agree');
}

/** The command, as `npx` finds it in the project. */
async function tryCommand(cwd: string): Promise<void> {
  const write = `
    import { sign } from '@postern/core';
    import { liasonpay } from '@postern/core/providers/liasonpay';
    const body = '{"amount":25.00}';
    const headers = await sign(liasonpay(), { secret: process.argv[1], body });
    const lines = ['POST /webhooks/liasonpay HTTP/1.1', 'Host: shop.example.test', 'Content-Length: ' + body.length];
    for (const [name, value] of Object.entries(headers)) lines.push(name + ': ' + value);
    process.stdout.write(lines.join('\\r\\n') + '\\r\\n\\r\\n' + body);`;
  for (const [file, signer, status] of [
    ['genuine.http', SECRET, 0],
    ['forged.http', 'test-only-secret-of-somebody-else', 1],
  ] as const) {
    const capture = await mustRun(process.execPath, ['--input-type=module', '--eval', write, signer], { cwd });
    await writeFile(join(cwd, file), capture);
    const command = ['verify', '--capture', file, '--provider', 'liasonpay', '--secret-env', VARIABLE];
    const judged = await run('npx', ['--no-install', 'postern', ...command], { cwd, env: { [VARIABLE]: SECRET } });
    expectText(`postern verify ${file}: exit status`, String(judged.status), String(status), judged.stderr);
  }
}
