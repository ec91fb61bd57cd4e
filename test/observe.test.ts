// A roll-out over sockets, in every mount: what would be refused reaches the handler, until its date.
import { getRequestListener } from '@hono/node-server';
import { type Delivery, memoryStore, type ReceiverOptions, sign, type VerdictRecord } from '@postern/core';
import { webhook as fetchWebhook } from '@postern/core/fetch';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { webhook as express } from '@postern/express';
import { webhookScope } from '@postern/fastify';
import type { MountHandler, RunningServer } from '@postern/testing';
import expressModule from 'express';
import fastify from 'fastify';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { listen } from './conformance/listen.ts';
import { loadMount, mountNames } from './src/wire/mounts.ts';

// A production build of Next.js is among them.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const SECRET = 'test-secret-test-secret-test-secret';
const OTHER_SECRET = 'other-secret-other-secret-other-secret';
const NOW_SECONDS = 1_767_225_600;
const UNTIL = new Date((NOW_SECONDS + 86_400) * 1000);
const BODY = '{"event_type":"payment.paid","amount":25.00,"payer":"Zoë"}';

type Serve = (options: ReceiverOptions, handler: MountHandler) => Promise<RunningServer>;

/** The address, from the host, where there is no socket. */
function told({ allow = ['192.0.2.0/24'] }: ReceiverOptions) {
  return { allow, clientAddress: () => '192.0.2.7' };
}

/** Forms that no mount of the list shows: the delivery waits in the request. */
const FORMS: readonly (readonly [name: string, serve: Serve])[] = [
  [
    'express5, middleware form',
    (options, handler) =>
      listen(
        expressModule().all(/.*/, express(options), async (request, response) => {
          await handler(request.webhook);
          response.sendStatus(200);
        }),
      ),
  ],
  [
    'fastify, scope form',
    async (options, handler) => {
      const app = fastify();
      app.register(
        webhookScope(options, async (scope) => {
          scope.post('/*', async (request) => {
            await handler(request.webhook);
            return 'ok';
          });
        }),
      );
      const url = await app.listen({ port: 0, host: '127.0.0.1' });
      return { port: Number(new URL(url).port), close: () => app.close() };
    },
  ],
  [
    'fetch, told addresses',
    (options, handler) =>
      listen(
        getRequestListener(
          fetchWebhook({ ...options, ...told(options) }, async (delivery) => void (await handler(delivery))),
        ),
      ),
  ],
];

const open = new Set<RunningServer>();
afterEach(async () => {
  for (const server of open) await server.close();
  open.clear();
});

async function openSite(serve: Serve, more: Partial<ReceiverOptions> = {}) {
  const clock = { now: NOW_SECONDS * 1000 };
  const now = () => clock.now;
  const verdicts: VerdictRecord[] = [];
  const deliveries: Delivery[] = [];
  const store = memoryStore({ now });
  const server = await serve(
    {
      provider: liasonpay(),
      secrets: SECRET,
      store,
      now,
      maxBodyBytes: 1000,
      observe: { until: UNTIL },
      onVerdict: (record) => verdicts.push(record),
      ...more,
    },
    (delivery) => {
      deliveries.push(delivery);
      return undefined;
    },
  );
  open.add(server);
  async function send(secret = SECRET, body = BODY) {
    const timestamp = Math.floor(clock.now / 1000);
    const headers = { ...(await sign(liasonpay(), { secret, body, timestamp })), 'content-type': 'application/json' };
    const url = `http://127.0.0.1:${server.port}/api/guarded`;
    const answer = await fetch(url, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    return answer.status;
  }
  return { clock, verdicts, deliveries, store, send };
}

const mounts = await Promise.all(
  mountNames(['own']).map(async (name) => {
    const mount = await loadMount(name);
    return [name, mount.serve.bind(mount) as Serve] as const;
  }),
);

describe.each([...mounts, ...FORMS])('observe on %s', (_name, serve) => {
  it('hands the bytes of a forged delivery to the handler, keeps no key of it, and ends by itself', async () => {
    const site = await openSite(serve);
    expect(await site.send(OTHER_SECRET)).toBe(200);
    expect(site.deliveries.map((delivery) => [delivery.observed, delivery.text(), delivery.secretId])).toEqual([
      ['bad-signature', BODY, ''],
    ]);
    expect(site.verdicts).toMatchObject([{ reason: 'bad-signature', status: 401, enforced: false }]);
    expect(site.store.stats().entries).toBe(0);

    expect(await site.send()).toBe(200);
    expect(site.deliveries[1]).toMatchObject({ observed: undefined, secretId: 'secret-1', timestamp: NOW_SECONDS });
    expect(site.store.stats().entries).toBe(1);

    site.clock.now = UNTIL.getTime() + 1;
    expect(await site.send(OTHER_SECRET)).toBe(401);
    expect(await site.send()).toBe(200);
    expect(site.deliveries).toHaveLength(3);
  });

  it('reads the body of a delivery from elsewhere, whose head alone would have refused it', async () => {
    const site = await openSite(serve, { allow: ['198.51.100.0/24'] });
    expect(await site.send()).toBe(200);
    expect(site.deliveries.map((delivery) => [delivery.observed, delivery.text()])).toEqual([
      ['source-not-allowed', BODY],
    ]);
    expect(site.verdicts).toMatchObject([
      { reason: 'source-not-allowed', status: 403, enforced: false, authentic: true },
    ]);
  });

  it('keeps to the limit of the body', async () => {
    const site = await openSite(serve);
    expect(await site.send(OTHER_SECRET, 'x'.repeat(1001))).toBe(413);
    expect(site.deliveries).toEqual([]);
  });
});
