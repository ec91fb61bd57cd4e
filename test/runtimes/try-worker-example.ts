import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sign } from '@postern/core';
import { standardWebhooks } from '@postern/core/providers/standard-webhooks';
import { ROOT } from '../src/pack.ts';
import { expectText } from '../src/steps.ts';
import { startProgram } from './program.ts';
import type { Project } from './project.ts';

const SECRET = 'whsec_dGVzdC1vbmx5LXNlY3JldC1vZi10aGUtZXhhbXBsZXM=';
const OTHER_SECRET = 'whsec_dGVzdC1vbmx5LXNlY3JldC1vZi1zb21lYm9keS1lbHNl';
const BODY = '{"type":"invoice.paid","timestamp":"2026-01-01T00:00:00Z","data":{"amount":25.00}}';
const EXAMPLE = join(ROOT, 'examples', 'worker');

/**
 * Runs examples/worker on workerd, with the compatibility its wrangler.toml asks for, and sends it deliveries. Resolves to how many were tried.
 *
 * @throws Error for an answer that is not as it should be
 */
export async function tryWorkerExample({ folder, binary, bundle }: Project): Promise<number> {
  await copyFile(join(EXAMPLE, 'src', 'worker.js'), join(folder, 'guest', 'example-worker.js'));
  await bundle('example-worker.js', { conditions: ['workerd', 'worker', 'browser'], format: 'esm' });
  const template = await readFile(join(EXAMPLE, '.env.example'), 'utf8');
  const placeholder = /^WEBHOOK_SECRET=(.+)$/m.exec(template)?.[1] ?? '';
  const genuine = await sign(standardWebhooks(), { secret: SECRET, body: BODY });
  const forged = await sign(standardWebhooks(), { secret: OTHER_SECRET, body: BODY });

  const statuses = async (secret: string, deliveries: readonly Record<string, string>[]): Promise<string> => {
    const file = join(folder, 'example-worker.capnp');
    await writeFile(file, await configuration(secret));
    const program = await startProgram([
      ...[binary('@cloudflare/workerd-linux-64/bin/workerd'), 'serve'],
      ...[file, '--control-fd=3'],
    ]);
    try {
      const seen: number[] = [];
      for (const headers of deliveries) {
        const url = `http://127.0.0.1:${program.port}/webhooks/standard`;
        seen.push((await fetch(url, { method: 'POST', headers, body: BODY })).status);
      }
      return seen.join(' ');
    } finally {
      await program.stop();
    }
  };
  expectText(
    'examples/worker: genuine, again, forged',
    await statuses(SECRET, [genuine, genuine, forged]),
    '200 200 401',
  );
  expectText('examples/worker: with the placeholder', await statuses(placeholder, [genuine]), '500');
  return 4;
}

/** What `wrangler` makes of wrangler.toml, as far as it concerns this example. */
async function configuration(secret: string): Promise<string> {
  const settings = await readFile(join(EXAMPLE, 'wrangler.toml'), 'utf8');
  const date = /^compatibility_date = (".+")$/m.exec(settings)?.[1];
  const flags = /^compatibility_flags = (\[.+\])$/m.exec(settings)?.[1];
  const address = 'address = "127.0.0.1:0", http = (), service = "example"';
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "example", worker = .example)],
  sockets = [(name = "worker", ${address}), (name = "control", ${address})],
);

const example :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "example-worker.js")],
  compatibilityDate = ${date},
  compatibilityFlags = ${flags},
  bindings = [(name = "WEBHOOK_SECRET", text = "${secret}")],
);
`;
}
