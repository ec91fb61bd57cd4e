import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Provider, sign } from '@postern/core';
import { github } from '@postern/core/providers/github';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { standardWebhooks } from '@postern/core/providers/standard-webhooks';
import { stripe } from '@postern/core/providers/stripe';
import { buildPackages, mustRun, packPackages, ROOT } from './pack.ts';
import { type Served, serve } from './serve.ts';
import { createSteps, expectText } from './steps.ts';

// `pnpm walk`: a newcomer's walk. Each framework's quick start is taken from the README as it stands, put into an empty project that
// installs the packed packages, and run. Then the mistakes are made that people make: each must be refused or explained, and none may
// leave a route without its guard.

/** One quick start. */
interface Walk {
  readonly name: string;
  /** The heading of the README whose first code blocks are the program. */
  readonly heading: string;
  /** What a newcomer installs beside the packages. */
  readonly installs: readonly string[];
  readonly provider: Provider;
  readonly variable: string;
  readonly paths: readonly string[];
  /** Run by `npx --no-install` before the start. */
  readonly build?: readonly string[];
  /** What Node runs. */
  readonly start: readonly string[];
  readonly mistakes?: readonly Mistake[];
}

/** A program, by the names of its files. */
type Program = Readonly<Record<string, string>>;

/** What a person does wrong. */
interface Mistake {
  readonly title: string;
  /** Where it shows. Default: the first path of the walk. */
  readonly path?: string;
  readonly make: (program: Program) => Program;
  /**
   * What is expected to come of it: a refusal in these words before anything listens, a warning in these words at the first delivery,
   * which is answered with a 5xx, or nothing at all, since the guard stands where it stood.
   */
  readonly refused: { readonly when: 'at start-up' | 'at the first delivery'; readonly words: RegExp } | 'never';
}

/** The same program with one place of one file changed. @throws when the place is not there */
function changed(file: string, from: string | RegExp, to: string): Mistake['make'] {
  return (program) => {
    const code = program[file] ?? '';
    const other = code.replace(from, to);
    if (other === code) throw new Error(`the README's ${file} has no ${from}`);
    return { ...program, [file]: other };
  };
}

const PARSED = /a body parser parsed the body before the guard.*Mount the guard before the parser/;

const WALKS: readonly Walk[] = [
  {
    name: 'express',
    heading: '## Start',
    installs: ['express@5'],
    provider: liasonpay(),
    variable: 'LIASONPAY_WEBHOOK_SECRET',
    paths: ['/webhooks/liasonpay'],
    start: ['server.js'],
    mistakes: [
      {
        title: 'express.json() for the whole app',
        make: changed('server.js', 'const app = express();', 'const app = express();\napp.use(express.json());'),
        refused: { when: 'at the first delivery', words: PARSED },
      },
      {
        title: 'an option spread in and misspelt',
        make: changed('server.js', 'webhook(options,', 'webhook({ ...options, toleranceSecond: 300 },'),
        refused: { when: 'at start-up', words: /Did you mean `toleranceSeconds`/ },
      },
      {
        title: 'a provider that was not called',
        make: changed('server.js', 'liasonpay()', 'liasonpay'),
        refused: { when: 'at start-up', words: /A provider is called/ },
      },
    ],
  },
  {
    name: 'fastify',
    heading: '### Fastify',
    installs: ['fastify@5'],
    provider: stripe(),
    variable: 'STRIPE_WEBHOOK_SECRET',
    paths: ['/webhooks/stripe'],
    start: ['server.js'],
    mistakes: [
      {
        title: 'the plugin given to a route',
        make: changed('server.js', /app\.register\((webhook\(.*?\)), \{ prefix: (.*?) \}\);/s, 'app.post($2, $1);'),
        refused: { when: 'at the first delivery', words: /this is a plugin, and no handler or hook: app\.register/ },
      },
      {
        title: 'a route whose hooks are overridden',
        make: changed(
          'server.js',
          /app\.register\((webhook)\(options, .*?\), \{ prefix: (.*?) \}\);/s,
          `app.register(webhook(options, async (delivery, request) => {}), { prefix: $2 });
app.addHook('onRoute', (route) => { route.onRequest = []; route.preParsing = []; route.handler = async () => 'unguarded'; });`,
        ),
        refused: 'never',
      },
      {
        title: 'a hook that reads the body first',
        make: changed(
          'server.js',
          'const options',
          `app.addHook('preParsing', async (request, reply, payload) => { for await (const piece of payload) void piece; });
const options`,
        ),
        refused: { when: 'at the first delivery', words: /In Fastify, register the guard outside the scope/ },
      },
    ],
  },
  {
    name: 'next',
    heading: '### Next.js',
    installs: ['next@16', 'react@19', 'react-dom@19', 'typescript@5', '@types/react@19', '@types/node@20'],
    provider: github(),
    variable: 'GITHUB_WEBHOOK_SECRET',
    paths: ['/webhooks/github', '/api/webhooks/github'],
    build: ['next', 'build'],
    start: ['node_modules/next/dist/bin/next', 'start'],
    mistakes: [
      {
        title: 'no config line in the Pages Router',
        path: '/api/webhooks/github',
        make: changed('pages/api/webhooks/github.ts', /^export const config.*$/m, ''),
        refused: { when: 'at the first delivery', words: /export const config = \{ api: \{ bodyParser: false \} \}/ },
      },
      {
        title: 'a misspelt option in the App Router',
        make: changed(
          'app/webhooks/github/route.ts',
          'webhook(options,',
          'webhook({ ...options, secret: "x" } as typeof options,',
        ),
        refused: { when: 'at start-up', words: /Did you mean `secrets`/ },
      },
      {
        title: 'request.json() before the guard',
        make: changed(
          'app/webhooks/github/route.ts',
          'export const POST = webhook(',
          `export async function POST(request: Request, context: { params: Promise<{}> }) {
  await request.json();
  return guard(request as never, context);
}
const guard = webhook(`,
        ),
        refused: { when: 'at the first delivery', words: /something read the request’s body before the guard/ },
      },
    ],
  },
  {
    name: 'hono',
    heading: '### Hono, Bun, Deno, Workers',
    installs: ['hono@4', '@hono/node-server@2'],
    provider: standardWebhooks(),
    variable: 'WEBHOOK_SECRET',
    paths: ['/webhooks/standard'],
    start: ['server.js'],
    mistakes: [
      {
        title: 'the context in place of the request',
        make: changed('server.js', 'handle(context.req.raw)', 'handle(context)'),
        refused: { when: 'at the first delivery', words: /handle\(c\.req\.raw\) in Hono/ },
      },
      {
        title: 'the body read before the guard',
        make: changed('server.js', '(context) => handle(', 'async (context) => await context.req.json() && handle('),
        refused: { when: 'at the first delivery', words: /something read the request’s body before the guard/ },
      },
    ],
  },
  {
    name: 'node',
    heading: '### Plain Node servers',
    installs: [],
    provider: github(),
    variable: 'GITHUB_WEBHOOK_SECRET',
    paths: ['/webhooks/github'],
    start: ['server.js'],
    mistakes: [
      {
        title: 'an Express middleware in its place: no handler',
        make: changed('server.js', /webhook\(options, .*?\}\);/s, 'webhook(options);'),
        refused: { when: 'at start-up', words: /give a function: \(delivery, request, response\)/ },
      },
    ],
  },
  {
    name: 'koa',
    heading: '### Koa',
    installs: ['koa@3', 'koa-bodyparser@4'],
    provider: github(),
    variable: 'GITHUB_WEBHOOK_SECRET',
    paths: ['/webhooks/github'],
    start: ['server.js'],
    mistakes: [
      {
        title: 'a body parser before the guard',
        make: changed(
          'server.js',
          'const app = new Koa();',
          "import bodyParser from 'koa-bodyparser';\nconst app = new Koa();\napp.use(bodyParser());",
        ),
        refused: { when: 'at the first delivery', words: /before the guard.*Mount the guard before the parser/ },
      },
    ],
  },
];

const SECRET = 'test-only-secret-of-the-newcomer';
/** Base64 too, which is what a secret of Standard Webhooks is. */
const OTHER_SECRET = btoa('test-only-secret-of-somebody-else');
const BODY = '{"event_type":"charge.completed","type":"checkout.session.completed","data":{"amount":25.00}}';

const folder = await mkdtemp(join(tmpdir(), 'postern-walk-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const only = process.argv.slice(2);
const steps = createSteps('walk');
await buildPackages();
const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
const tarballs = await packPackages(folder);
for (const walk of WALKS.filter(({ name }) => only.length === 0 || only.includes(name))) {
  const cwd = join(folder, walk.name);
  const program = readProgram(walk.heading);
  await steps.step(walk.name, async () => {
    await mkdir(cwd);
    await writeFile(join(cwd, 'package.json'), JSON.stringify({ name: 'newcomer', private: true, type: 'module' }));
    const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
    await mustRun('npm', ['install', ...flags, ...tarballsOf(program), ...walk.installs], { cwd });
    await start(walk, cwd, program, tryDeliveries);
  });
  for (const mistake of walk.mistakes ?? [])
    await steps.step(`  ${mistake.title}`, () => tryMistake(walk, cwd, mistake, program));
}
steps.finish();

/** The packages that a program imports, and no other: what a newcomer installs. */
function tarballsOf(program: Program): string[] {
  const names = Object.values(program).flatMap((code) => code.match(/@postern\/\w+/g) ?? []);
  return [...new Set(names)].map((name) => tarballs.get(name) ?? name);
}

/** The code under a heading, up to the next heading: one file a block. A block that begins with a path is that file, another one is the server. */
function readProgram(heading: string): Program {
  const [, section = ''] = readme.split(`\n${heading}\n`);
  const [text = ''] = section.split(/^#{2,3} /m);
  const program: Record<string, string> = {};
  for (const [, code = ''] of text.matchAll(/^```ts\n(.*?)^```$/gms)) {
    const [, path = 'server.js'] = /^\/\/ ([\w@./[\]-]+\.[jt]sx?)\b/.exec(code) ?? [];
    // Of several servers under one heading, the first is the quick start.
    program[path] ??= code.replace(/\b(listen\(|port: )3000\b/, '$1Number(process.env.PORT)');
  }
  if (Object.keys(program).length === 0) throw new Error(`README.md has no code under ${heading}`);
  return program;
}

/** Writes the program, builds it and runs it. @throws when it does not come to listen, with what it printed */
async function start(
  walk: Walk,
  cwd: string,
  program: Program,
  use: (walk: Walk, server: Served) => Promise<void>,
): Promise<void> {
  for (const [path, code] of Object.entries(program)) {
    await mkdir(dirname(join(cwd, path)), { recursive: true });
    await writeFile(join(cwd, path), code);
  }
  if (walk.build) await mustRun('npx', ['--no-install', ...walk.build], { cwd });
  await serve(walk.start, { cwd, env: { [walk.variable]: secretOf(walk.provider) } }, (server) => use(walk, server));
}

async function tryDeliveries({ provider, paths }: Walk, { port, printed }: Served): Promise<void> {
  for (const path of paths) {
    const genuine = await sign(provider, { secret: secretOf(provider), body: BODY });
    expectText(`genuine, ${path}`, await post(port, path, genuine), '200', printed());
    expectText(`the same again, ${path}`, await post(port, path, genuine), '200', printed());
    const forged = await sign(provider, { secret: OTHER_SECRET, body: BODY });
    expectText(`forged, ${path}`, await post(port, path, forged), '401', printed());
    expectText(`unsigned, ${path}`, await post(port, path, {}), '401', printed());
  }
}

async function tryMistake(walk: Walk, cwd: string, mistake: Mistake, program: Program): Promise<void> {
  const { make, refused } = mistake;
  let said = '';
  const began = await start(walk, cwd, make(program), async ({ provider, paths }, { port, printed }) => {
    const path = mistake.path ?? paths[0] ?? '/';
    const genuine = await sign(provider, { secret: secretOf(provider), body: BODY });
    const forged = await sign(provider, { secret: OTHER_SECRET, body: BODY });
    if (refused === 'never') {
      expectText('a forged delivery', await post(port, path, forged), '401', printed());
    } else {
      expectText('a genuine delivery', (await post(port, path, genuine))[0], '5', printed());
      const status = await post(port, path, forged);
      expectText('a forged delivery is let in', String(status.startsWith('2')), 'false', printed());
    }
    said = printed();
  }).then(
    () => true,
    (error: unknown) => {
      said = String(error);
      return false;
    },
  );
  expectText(
    'it came to listen, and behaved',
    String(began),
    String(refused === 'never' || refused.when !== 'at start-up'),
    said,
  );
  if (refused === 'never') return;
  expectText(`it says ${refused.words}`, String(refused.words.test(said.replace(/\s+/g, ' '))), 'true', said);
}

/** Standard Webhooks signs with the bytes that a secret's base64 stands for. */
function secretOf({ name }: Provider): string {
  return name === 'standard-webhooks' ? btoa(SECRET) : SECRET;
}

async function post(port: number, path: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: BODY,
  });
  return String(response.status);
}
