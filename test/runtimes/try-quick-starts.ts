import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { sign } from '@postern/core';
import { standardWebhooks } from '@postern/core/providers';
import { cleanEnvironment } from '../src/clean-environment.ts';
import { ROOT } from '../src/pack.ts';
import { expectText } from '../src/steps.ts';
import type { Project } from './project.ts';

const SECRET = 'whsec_dGVzdC1vbmx5LXNlY3JldC1vZi10aGUtZXhhbXBsZXM=';
const OTHER_SECRET = 'whsec_dGVzdC1vbmx5LXNlY3JldC1vZi1zb21lYm9keS1lbHNl';
const BODY = '{"type":"invoice.paid","timestamp":"2026-01-01T00:00:00Z","data":{"amount":25.00}}';
const START_DEADLINE_MS = 20_000;

/** How each runtime is called in the README, and run. */
const RUNTIMES = {
  bun: { line: /^Bun\.serve\(.*$/m, command: ['@oven/bun-linux-x64/bin/bun', 'run'] },
  deno: {
    line: /^Deno\.serve\(.*$/m,
    command: [
      '@deno/linux-x64-glibc/deno',
      'run',
      '--no-lock',
      '--node-modules-dir=manual',
      '--allow-net',
      '--allow-env',
    ],
  },
} as const;

/**
 * Runs the README's fetch quick start on Bun or Deno, with its line for that runtime in the place of Hono, and sends it deliveries.
 * Resolves to how many were tried.
 *
 * @throws Error for an answer that is not as it should be
 */
export async function tryQuickStart({ folder, binary }: Project, name: keyof typeof RUNTIMES): Promise<number> {
  const { line, command } = RUNTIMES[name];
  const port = await freePort();
  const file = join(folder, 'guest', `quick-start-${name}.js`);
  await writeFile(
    file,
    programOf(await readFile(join(ROOT, 'README.md'), 'utf8'), line).replaceAll('3000', String(port)),
  );
  const [path, ...args] = command;
  const child = spawn(binary(path), [...args, file], {
    cwd: folder,
    env: { ...cleanEnvironment(), WEBHOOK_SECRET: SECRET },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  let printed = '';
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  try {
    const post = async (secret: string, forged = false) => {
      const headers = await sign(standardWebhooks(), { secret, body: BODY, id: `msg_${forged}` });
      const url = `http://127.0.0.1:${port}/webhooks/standard`;
      return String((await fetch(url, { method: 'POST', headers, body: BODY })).status);
    };
    const deadline = Date.now() + START_DEADLINE_MS;
    while (!(await post(OTHER_SECRET, true).catch(() => undefined))) {
      if (Date.now() > deadline || child.exitCode !== null)
        throw new Error(`${name} did not come to listen:\n${printed}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const seen = [await post(SECRET), await post(SECRET), await post(OTHER_SECRET, true)].join(' ');
    expectText(`the README's line for ${name}: genuine, again, forged`, seen, '200 200 401', printed);
    expectText(`runs of the handler on ${name}`, String(printed.match(/invoice\.paid/g)?.length), '2', printed);
    return 3;
  } finally {
    process.off('exit', end);
    end();
    await closed;
  }
}

function programOf(readme: string, line: RegExp): string {
  const [, section = ''] = readme.split('\n### Hono, Bun, Deno, Workers\n');
  const [, hono = ''] = /^```ts\n(.*?)^```$/ms.exec(section) ?? [];
  const [head = ''] = hono.split('\nconst app');
  const [serve] = line.exec(section) ?? [];
  if (serve === undefined || head === hono) throw new Error('README.md has no quick start for this runtime');
  const lines = head.split('\n').filter((one) => !/from '@?hono/.test(one));
  return [...lines, serve].join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
