import { rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Provider, sign } from '@postern/core';
import { liasonpay } from '@postern/core/providers';
import { buildPackages, pnpm, ROOT, run } from './pack.ts';
import { serve } from './serve.ts';
import { createSteps, expectText } from './steps.ts';

// `pnpm examples`: each example is type-checked and run on the built packages, the way its README says, and sent a genuine and a forged delivery.

/** An example under examples/. */
interface Example {
  readonly name: string;
  /** What its `start` script gives to Node after `--env-file`. */
  readonly server: string;
  readonly path: string;
  readonly provider: Provider;
  /** The variable of its signing secret, and the placeholder that .env.example has for it. */
  readonly variable: string;
  readonly placeholder: string;
}

const EXAMPLES: readonly Example[] = [
  {
    name: 'express-liasonpay',
    server: 'src/server.js',
    path: '/webhooks/liasonpay',
    provider: liasonpay(),
    variable: 'LIASONPAY_WEBHOOK_SECRET',
    placeholder: 'your_webhook_secret',
  },
];

const SECRET = 'test-only-secret-of-the-examples';
const BODY = '{"event_type":"charge.completed","data":{"id":"ch_1","amount":25.00,"currency":"KES"}}';

const folder = await mkdtemp(join(tmpdir(), 'postern-examples-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const entries = await readdir(join(ROOT, 'examples'), { withFileTypes: true });
const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
const unknown = folders.filter((name) => EXAMPLES.every((example) => example.name !== name));
if (unknown.length > 0)
  throw new Error(`test/src/examples.ts has no entry for examples/${unknown.join(', examples/')}`);
const steps = createSteps('examples');
await buildPackages();
for (const example of EXAMPLES) await steps.step(example.name, () => tryExample(example));
steps.finish();

async function tryExample({ name, server, path, provider, variable, placeholder }: Example): Promise<void> {
  const cwd = join(ROOT, 'examples', name);
  // Without the condition that leads to our sources, the types are those that are published.
  await pnpm(['exec', 'tsc', '--customConditions', 'null'], { cwd });

  const manifest: { scripts?: { start?: string } } = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8'));
  expectText('the start script', manifest.scripts?.start, `node --env-file=.env ${server}`);
  const template = await readFile(join(cwd, '.env.example'), 'utf8');
  expectText('.env.example', new RegExp(`^${variable}=.*$`, 'm').exec(template)?.[0], `${variable}=${placeholder}`);

  const untouched = join(folder, `${name}.untouched.env`);
  await writeFile(untouched, template);
  const refused = await run(process.execPath, [`--env-file=${untouched}`, server], { cwd });
  expectText('exit status with the placeholder', refused.status === 0 ? '0' : 'not 0', 'not 0');
  expectText('the refusal', /code: '([\w-]+)'/.exec(refused.stderr)?.[1], 'placeholder-secret');

  const filled = join(folder, `${name}.env`);
  await writeFile(filled, template.replace(placeholder, SECRET));
  await serve([`--env-file=${filled}`, server], { cwd, env: {} }, async ({ port }) => {
    const post = async (headers: Record<string, string>) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body: BODY });
      return String(response.status);
    };
    const genuine = await sign(provider, { secret: SECRET, body: BODY });
    const forged = await sign(provider, { secret: 'test-only-secret-of-somebody-else', body: BODY });
    expectText('status of a genuine delivery', await post(genuine), '200');
    expectText('status of a forged delivery', await post(forged), '401');
  });
}
