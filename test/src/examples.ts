import { rmSync } from 'node:fs';
import { access, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineProvider, hmac, type Provider, sign } from '@postern/core';
import { github, liasonpay, shopify, slack, standardWebhooks, stripe } from '@postern/core/providers';
import { buildPackages, pnpm, ROOT, run } from './pack.ts';
import { serve } from './serve.ts';
import { createSteps, expectText } from './steps.ts';

// `pnpm examples`: each example is type-checked and run on the built packages, the way its README says, and sent a genuine and a forged delivery.

/** An example under examples/ that listens. */
interface ServerExample {
  readonly name: string;
  /** Scripts of its package.json that come before `start`. */
  readonly before?: readonly string[];
  /** What its `start` script runs, and the arguments that Node gets for it here. */
  readonly start: { readonly script: string; readonly args: (env: string) => readonly string[] };
  readonly paths: readonly string[];
  readonly provider: Provider;
  /** The variable of its signing secret, and the placeholder that .env.example has for it. */
  readonly variable: string;
  readonly placeholder: string;
  /** Where the placeholder is refused: frameworks that import routes while they build read secrets at the first delivery. */
  readonly refuses: 'at start-up' | 'at the first delivery';
}

/** The example's own provider, once more: examples are programs of their own, and import nothing from here. */
function acme(): Provider {
  return defineProvider({
    name: 'acme',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}.{body}',
      signature: { header: 'x-acme-signature', grammar: 'pairs', timestamp: 't', signatures: 'v1' },
    }),
    toleranceSeconds: 300,
  });
}

/** A plain Node program, which is most of them. */
const program = (file: string): ServerExample['start'] => ({
  script: `node --env-file=.env ${file}`,
  args: (env) => [`--env-file=${env}`, file],
});

const SERVERS: readonly ServerExample[] = [
  {
    name: 'express-liasonpay',
    start: program('src/server.js'),
    paths: ['/webhooks/liasonpay'],
    provider: liasonpay(),
    variable: 'LIASONPAY_WEBHOOK_SECRET',
    placeholder: 'your_webhook_secret',
    refuses: 'at start-up',
  },
  {
    name: 'fastify-stripe',
    start: program('src/server.js'),
    paths: ['/webhooks/stripe'],
    provider: stripe(),
    variable: 'STRIPE_WEBHOOK_SECRET',
    placeholder: 'your_webhook_secret',
    refuses: 'at start-up',
  },
  {
    name: 'next-github',
    before: ['build'],
    start: { script: 'next start', args: (env) => [`--env-file=${env}`, 'node_modules/next/dist/bin/next', 'start'] },
    paths: ['/webhooks/github', '/api/webhooks/github'],
    provider: github(),
    variable: 'GITHUB_WEBHOOK_SECRET',
    placeholder: 'your_webhook_secret',
    refuses: 'at the first delivery',
  },
  {
    name: 'hono-standard-webhooks',
    start: program('src/server.js'),
    paths: ['/webhooks/standard'],
    provider: standardWebhooks(),
    variable: 'WEBHOOK_SECRET',
    placeholder: 'whsec_your_webhook_secret',
    refuses: 'at start-up',
  },
  {
    name: 'node-slack',
    start: program('src/server.js'),
    paths: ['/slack/events', '/slack/commands'],
    provider: slack(),
    variable: 'SLACK_SIGNING_SECRET',
    placeholder: 'your_signing_secret',
    refuses: 'at start-up',
  },
  {
    name: 'nestjs-shopify',
    before: ['build'],
    start: program('dist/main.js'),
    paths: ['/webhooks/shopify'],
    provider: shopify(),
    variable: 'SHOPIFY_CLIENT_SECRET',
    placeholder: 'your_client_secret',
    refuses: 'at start-up',
  },
  {
    name: 'custom-provider',
    before: ['test'],
    start: program('src/server.js'),
    paths: ['/webhooks/acme'],
    // Its data stands in the example; what it sends is what the example's own test holds against Acme's page.
    provider: acme(),
    variable: 'ACME_WEBHOOK_SECRET',
    placeholder: 'your_webhook_secret',
    refuses: 'at start-up',
  },
];

/** Examples that run elsewhere: only their types are looked at here. `pnpm runtimes` runs the Worker on workerd. */
const ELSEWHERE = ['worker'];

/** Examples that do not listen: a script of their package.json says whether they are well. */
const SCRIPTS: Readonly<Record<string, string>> = { 'unit-test-a-capture': 'test' };

/** Base64 too, which is what a secret of Standard Webhooks is. */
const SECRET = 'whsec_dGVzdC1vbmx5LXNlY3JldC1vZi10aGUtZXhhbXBsZXM=';
const OTHER_SECRET = 'whsec_dGVzdC1vbmx5LXNlY3JldC1vZi1zb21lYm9keS1lbHNl';
const BODY =
  '{"id":"evt_1","event_type":"charge.completed","type":"checkout.session.completed","data":{"id":"ch_1","amount":25.00,"currency":"KES","object":{"id":"cs_1"}}}';

const folder = await mkdtemp(join(tmpdir(), 'postern-examples-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const entries = await readdir(join(ROOT, 'examples'), { withFileTypes: true });
const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
const known = [...SERVERS.map(({ name }) => name), ...Object.keys(SCRIPTS), ...ELSEWHERE];
const unknown = folders.filter((name) => !known.includes(name));
if (unknown.length > 0)
  throw new Error(`test/src/examples.ts has no entry for examples/${unknown.join(', examples/')}`);
const steps = createSteps('examples');
await buildPackages();
for (const example of SERVERS) await steps.step(example.name, () => tryServer(example));
for (const [name, script] of Object.entries(SCRIPTS))
  await steps.step(name, async () => {
    await checkTypes(join(ROOT, 'examples', name));
    await pnpm(['run', script], { cwd: join(ROOT, 'examples', name) });
  });
for (const name of ELSEWHERE) await steps.step(name, () => checkTypes(join(ROOT, 'examples', name)));
steps.finish();

async function tryServer(example: ServerExample): Promise<void> {
  const { name, start, variable, placeholder } = example;
  const cwd = join(ROOT, 'examples', name);
  await checkTypes(cwd);

  const manifest: { scripts?: Record<string, string> } = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8'));
  expectText('the start script', manifest.scripts?.start, start.script);
  for (const script of example.before ?? []) await pnpm(['run', script], { cwd });
  const template = await readFile(join(cwd, '.env.example'), 'utf8');
  expectText('.env.example', new RegExp(`^${variable}=.*$`, 'm').exec(template)?.[0], `${variable}=${placeholder}`);

  const untouched = join(folder, `${name}.untouched.env`);
  await writeFile(untouched, template);
  if (example.refuses === 'at start-up') {
    const refused = await run(process.execPath, start.args(untouched), { cwd, env: { NO_COLOR: '1' } });
    expectText('exit status with the placeholder', refused.status === 0 ? '0' : 'not 0', 'not 0');
    expectText('the refusal', /code: '([\w-]+)'/.exec(refused.stderr)?.[1], 'placeholder-secret', refused.stderr);
  } else {
    await serve(start.args(untouched), { cwd, env: {} }, async ({ port, printed }) => {
      const status = await post(port, example.paths[0] ?? '/', await signedBy(example, SECRET));
      expectText('status with the placeholder', status, '500');
      expectText('the warning', String(printed().includes('this is a placeholder')), 'true', printed());
    });
  }

  const filled = join(folder, `${name}.env`);
  await writeFile(filled, template.replace(placeholder, SECRET));
  await serve(start.args(filled), { cwd, env: {} }, async ({ port, printed }) => {
    for (const path of example.paths) {
      expectText(`genuine, ${path}`, await post(port, path, await signedBy(example, SECRET)), '200', printed());
      const forged = await signedBy(example, OTHER_SECRET);
      expectText(`forged, ${path}`, await post(port, path, forged), '401', printed());
    }
  });
}

/** Without the condition that leads to our sources, the types are those that are published. */
async function checkTypes(cwd: string): Promise<void> {
  await access(join(cwd, 'tsconfig.json'));
  await pnpm(['exec', 'tsc', '--noEmit', '--customConditions', 'null'], { cwd });
}

function signedBy({ provider }: ServerExample, secret: string): Promise<Record<string, string>> {
  return sign(provider, { secret, body: BODY });
}

async function post(port: number, path: string, headers: Record<string, string>): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: BODY,
  });
  return String(response.status);
}
