import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sign } from '@postern/core';
import { standardWebhooks } from '@postern/core/providers/standard-webhooks';
import { ROOT } from '../src/pack.ts';
import { serve } from '../src/serve.ts';
import { expectText } from '../src/steps.ts';
import type { Project } from './project.ts';

const SECRET = 'whsec_dGVzdC1vbmx5LXNlY3JldC1vZi10aGUtZXhhbXBsZXM=';
const OTHER_SECRET = 'whsec_dGVzdC1vbmx5LXNlY3JldC1vZi1zb21lYm9keS1lbHNl';
const BODY = '{"type":"invoice.paid","timestamp":"2026-01-01T00:00:00Z","data":{"amount":25.00}}';

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
  const file = join(folder, 'guest', `quick-start-${name}.js`);
  await writeFile(file, programOf(await readFile(join(ROOT, 'README.md'), 'utf8'), line));
  const [path, ...args] = command;
  const options = { cwd: folder, env: { WEBHOOK_SECRET: SECRET }, runtime: binary(path) };
  return serve([...args, file], options, async ({ port, printed }) => {
    const genuine = await sign(standardWebhooks(), { secret: SECRET, body: BODY });
    const forged = await sign(standardWebhooks(), { secret: OTHER_SECRET, body: BODY });
    const seen: number[] = [];
    for (const headers of [genuine, genuine, forged]) {
      const url = `http://127.0.0.1:${port}/webhooks/standard`;
      seen.push((await fetch(url, { method: 'POST', headers, body: BODY })).status);
    }
    expectText(`the README's line for ${name}: genuine, again, forged`, seen.join(' '), '200 200 401', printed());
    // The handler prints the event's type, and then the event.
    expectText(`runs of the handler on ${name}`, String(printed().match(/invoice\.paid/g)?.length), '2', printed());
    return 3;
  });
}

function programOf(readme: string, line: RegExp): string {
  const [, section = ''] = readme.split('\n### Hono, Bun, Deno, Workers\n');
  const [, hono = ''] = /^```ts\n(.*?)^```$/ms.exec(section) ?? [];
  const [head = ''] = hono.split('\nconst app');
  const [call] = line.exec(section) ?? [];
  if (call === undefined || head === hono) throw new Error('README.md has no quick start for this runtime');
  const lines = head.split('\n').filter((one) => !/from '@?hono/.test(one));
  return [...lines, call.replace('3000', 'Number(process.env.PORT)')].join('\n');
}
