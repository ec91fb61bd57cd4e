import { rmSync } from 'node:fs';
import { access, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Capture, defineProvider, hmac, type Provider, signRequest } from '@postern/core';
import { clickpesa } from '@postern/core/providers/clickpesa';
import { github } from '@postern/core/providers/github';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { shopify } from '@postern/core/providers/shopify';
import { slack } from '@postern/core/providers/slack';
import { standardWebhooks } from '@postern/core/providers/standard-webhooks';
import { stripe } from '@postern/core/providers/stripe';
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
  /** Who signs deliveries, or what makes them. */
  readonly provider: Provider | typeof withToken;
  /** The variable of its signing secret, and the placeholder that .env.example has for it. */
  readonly variable: string;
  readonly placeholder: string;
  /** Placeholders of further variables, and what is put in their place. */
  readonly further?: Readonly<Record<string, string>>;
  /** What is delivered. Default: what suits most providers. */
  readonly body?: string;
  /** What a genuine delivery is answered. Default 200. */
  readonly genuine?: string;
  /** The template of its settings. Default `.env.example`. */
  readonly template?: string;
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

/** A delivery with a token in its URL, which is all that it proves itself by. */
function withToken(path: string, token: string, body: string): Capture {
  return { method: 'POST', url: `${path}?token=${token}`, headers: [], body: new TextEncoder().encode(body) };
}

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
    name: 'pesapal-and-clickpesa',
    before: ['build'],
    start: {
      script: 'node --env-file=.env.sandbox dist/server.js',
      args: (env) => [`--env-file=${env}`, 'dist/server.js'],
    },
    // What asks PesaPal is tested in test/examples, against its simulator.
    paths: ['/webhooks/clickpesa'],
    provider: clickpesa(),
    variable: 'CLICKPESA_CHECKSUM_KEY',
    placeholder: 'your_checksum_key',
    body: '{"event":"PAYMENT FAILED","data":{"orderReference":"order-2"}}',
    further: { your_consumer_key: 'test-consumer-key', your_consumer_secret: 'test-consumer-secret' },
    template: '.env.sandbox.example',
    refuses: 'at start-up',
  },
  {
    name: 'fincode',
    before: ['build'],
    start: program('dist/server.js'),
    paths: ['/webhooks/fincode'],
    provider: withToken,
    variable: 'FINCODE_CALLBACK_TOKEN',
    placeholder: 'your_callback_token',
    body: '{"eventType":"transaction.completed","reference":"of-nobody"}',
    // Of an order that nobody knows, FinCode is not asked. What asks it is tested in test/examples.
    genuine: '404',
    further: { your_api_token: 'test-api-token-0123456789', '/your-service/': '/transactions/' },
    refuses: 'at start-up',
  },
  {
    name: 'observability-pino',
    before: ['build'],
    start: program('dist/server.js'),
    paths: ['/webhooks/liasonpay'],
    provider: liasonpay(),
    variable: 'LIASONPAY_WEBHOOK_SECRET',
    placeholder: 'your_webhook_secret',
    refuses: 'at start-up',
  },
  {
    name: 'observability-opentelemetry',
    before: ['build'],
    start: program('dist/server.js'),
    paths: ['/webhooks/stripe'],
    provider: stripe(),
    variable: 'STRIPE_WEBHOOK_SECRET',
    placeholder: 'your_webhook_secret',
    // Any free port.
    further: { 'METRICS_PORT=9464': 'METRICS_PORT=0' },
    refuses: 'at start-up',
  },
  {
    name: 'rate-limit',
    before: ['build'],
    start: program('dist/server.js'),
    paths: ['/webhooks/github'],
    provider: github(),
    variable: 'GITHUB_WEBHOOK_SECRET',
    placeholder: 'your_webhook_secret',
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
const SCRIPTS: Readonly<Record<string, string>> = { 'pagamio-polling': 'test', 'unit-test-a-capture': 'test' };

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
  const { name, start, variable, placeholder, further = {}, template: file = '.env.example' } = example;
  const cwd = join(ROOT, 'examples', name);
  await checkTypes(cwd);

  const manifest: { scripts?: Record<string, string> } = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8'));
  expectText('the start script', manifest.scripts?.start, start.script);
  for (const script of example.before ?? []) await pnpm(['run', script], { cwd });
  const template = await readFile(join(cwd, file), 'utf8');
  expectText(file, new RegExp(`^${variable}=.*$`, 'm').exec(template)?.[0], `${variable}=${placeholder}`);

  // The placeholder of the secret is what is to be refused: the others are filled in both times.
  const rest = Object.entries(further).reduce((text, [from, to]) => text.replace(from, to), template);
  const untouched = join(folder, `${name}.untouched.env`);
  await writeFile(untouched, rest);
  if (example.refuses === 'at start-up') {
    const refused = await run(process.execPath, start.args(untouched), { cwd, env: { NO_COLOR: '1' } });
    expectText('exit status with the placeholder', refused.status === 0 ? '0' : 'not 0', 'not 0');
    expectText('the refusal', /code: '([\w-]+)'/.exec(refused.stderr)?.[1], 'placeholder-secret', refused.stderr);
  } else {
    await serve(start.args(untouched), { cwd, env: {} }, async ({ port, printed }) => {
      const status = await post(port, await signedBy(example, example.paths[0] ?? '/', SECRET));
      expectText('status with the placeholder', status, '500');
      expectText('the warning', String(printed().includes('this is a placeholder')), 'true', printed());
    });
  }

  const filled = join(folder, `${name}.env`);
  await writeFile(filled, rest.replace(placeholder, SECRET));
  await serve(start.args(filled), { cwd, env: {} }, async ({ port, printed }) => {
    for (const path of example.paths) {
      const genuine = await post(port, await signedBy(example, path, SECRET));
      expectText(`genuine, ${path}`, genuine, example.genuine ?? '200', printed());
      const forged = await post(port, await signedBy(example, path, OTHER_SECRET));
      expectText(`forged, ${path}`, forged, '401', printed());
    }
  });
}

/** Without the condition that leads to our sources, the types are those that are published. */
async function checkTypes(cwd: string): Promise<void> {
  await access(join(cwd, 'tsconfig.json'));
  await pnpm(['exec', 'tsc', '--noEmit', '--customConditions', 'null'], { cwd });
}

/** A whole delivery: of some providers the signature stands in the body. */
async function signedBy({ provider, body = BODY }: ServerExample, path: string, secret: string): Promise<Capture> {
  return typeof provider === 'function'
    ? provider(path, secret, body)
    : signRequest(provider, { secret, body, url: path });
}

async function post(port: number, { url, headers, body }: Capture): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${url}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...Object.fromEntries(headers as [string, string][]) },
    body,
  });
  return String(response.status);
}
