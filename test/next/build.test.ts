// What `next build` says of a guard that could not work. That it succeeds without the secret is shown by every other test here.
import { expect, it } from 'vitest';
import { APPLICATION } from './application.ts';
import { tryBuild } from './site.ts';

const route = (options: string, exported: string) => `
import { fromEnv } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { webhook } from '@postern/next';

const guard = webhook({ provider: liasonpay(), secrets: fromEnv('LIASONPAY_WEBHOOK_SECRET'), ${options} }, async () => {});
${exported}
`;

it.each([
  ['an option that could not work', 'toleranceSeconds: 0', 'export { guard as POST };', 'toleranceSeconds'],
  ['the guard as its default export', '', 'export default guard;', 'app/webhooks/route'],
])(
  'fails the build of an App Router route with %s, and names it',
  async (_mistake, options, exported, named) => {
    const { status, stdout, stderr } = await tryBuild({
      'tsconfig.json': APPLICATION['tsconfig.json'] ?? '',
      'app/webhooks/route.ts': route(options, exported),
    });
    expect(status).toBe(1);
    expect(stdout + stderr).toContain(named);
  },
  180_000,
);
