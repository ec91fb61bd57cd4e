// Spoofed addresses over sockets: directly, through one nginx and through two, against every mount. Loopback is a whole network on Linux:
// each caller and each proxy connects from an address of its own.
import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type ReceiverOptions, sign, type VerdictRecord } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { webhook } from '@postern/express';
import { webhookScope } from '@postern/fastify';
import type { Mount, RunningServer } from '@postern/testing';
import express5 from 'express';
import express4 from 'express4';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../conformance/listen.ts';
import { hasNginx, type ProxyRow, startProxies } from '../services/nginx.ts';
import { loadMount, mountNames } from '../src/wire/mounts.ts';

const SECRET = 'test-secret-test-secret-test-secret';
const NOW_SECONDS = 1_767_225_600;
/** Who may send, and who would like to. */
const CLIENT = '127.0.0.9';
const STRANGER = '127.0.0.66';
const OUTER = '127.0.0.3';
const INNER = '127.0.0.2';
const APPENDS = 'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;';

/** The middleware forms, which are no mounts of the case list. */
const MIDDLEWARE: readonly Mount[] = [
  ...(
    [
      ['express4 middleware', express4 as unknown as typeof express5],
      ['express5 middleware', express5],
    ] as const
  ).map(([name, express]) => ({
    name,
    serve: (options: ReceiverOptions) =>
      listen(express().use(webhook(options), (_request, response) => void response.sendStatus(200))),
  })),
  {
    name: 'fastify scope',
    async serve(options) {
      const app = fastify({ forceCloseConnections: true });
      await app.register(webhookScope(options, async (scope) => void scope.post('/*', async () => 'ok')));
      await app.listen({ port: 0, host: '127.0.0.1' });
      return { port: (app.server.address() as { port: number }).port, close: () => app.close() };
    },
  },
];

const names = [...mountNames(['own']), ...MIDDLEWARE.map(({ name }) => name)];

describe.skipIf(!hasNginx()).each(names)('%s', async (name) => {
  // Next is built here, which may take minutes.
  const mount = MIDDLEWARE.find((one) => one.name === name) ?? (await loadMount(name));
  const records: VerdictRecord[] = [];
  const servers: RunningServer[] = [];
  const rows: ProxyRow[] = [];
  let direct: number;
  let single: number;
  const ports: Record<string, number> = {};

  beforeAll(async () => {
    const options: ReceiverOptions = {
      provider: liasonpay(),
      secrets: SECRET,
      now: () => NOW_SECONDS * 1000,
      onVerdict: (record) => records.push(record),
      allow: [CLIENT],
      // A route handler of Next sees no peer. Its server listens where only the proxy comes, and so the peer is named in the test's mount.
      trustProxy: name === 'next-app' ? [INNER, OUTER, '127.0.0.1'] : [INNER, OUTER],
    };
    const serve = async (more: Partial<ReceiverOptions>) => {
      const server = await mount.serve({ ...options, ...more }, () => undefined);
      servers.push(server);
      return server.port;
    };
    direct = await serve({});
    single = await serve({ clientAddressHeader: 'x-real-ip' });
    const before = async (upstream: number, ...row: Parameters<typeof startProxies>[1]) => {
      rows.push(await startProxies(upstream, row));
      return rows.at(-1)?.port ?? 0;
    };
    ports.one = await before(direct, { from: INNER, lines: [APPENDS] });
    ports.two = await before(direct, { from: OUTER, lines: [APPENDS] }, { from: INNER, lines: [APPENDS] });
    ports.overwriting = await before(single, { from: INNER, lines: ['proxy_set_header X-Real-IP $remote_addr;'] });
  }, 240_000);
  afterAll(async () => {
    await Promise.all([...rows, ...servers].map((one) => one.close()));
  });

  /** Sends a genuine delivery from an address, with header lines in front: its status, and the record of it. */
  async function send(port: number | undefined, from: string, ...lines: readonly (readonly [string, string])[]) {
    const body = `{"n":${records.length}}`;
    const signed = await sign(liasonpay(), { secret: SECRET, body, timestamp: NOW_SECONDS });
    const before = records.length;
    const headers = [
      ...lines,
      ...Object.entries(signed),
      ['content-length', String(body.length)],
      ['host', 'x'],
    ].flat();
    const call = request({
      host: '127.0.0.1',
      port,
      localAddress: from,
      method: 'POST',
      path: '/hook',
      headers,
      agent: false,
    });
    call.end(body);
    const [answer] = await once(call, 'response');
    await text(answer);
    const [record] = records.slice(before);
    return {
      status: answer.statusCode,
      clientAddress: record?.clientAddress,
      reason: record?.reason,
      peer: record?.peerAddress,
    };
  }
  const claim = (value: string) => ['X-Forwarded-For', value] as const;
  const hidesPeer = name === 'next-app';

  it.skipIf(hidesPeer)('takes the socket’s word where there is no proxy, whatever a header says', async () => {
    expect(await send(direct, CLIENT)).toMatchObject({ status: 200, clientAddress: CLIENT });
    for (const header of [
      claim(CLIENT),
      claim(`${CLIENT}, ${INNER}`),
      ['Forwarded', `for=${CLIENT}`],
      ['X-Real-IP', CLIENT],
    ] as const)
      expect(await send(direct, STRANGER, header)).toMatchObject({
        status: 403,
        reason: 'source-not-allowed',
        clientAddress: STRANGER,
      });
    expect(await send(single, STRANGER, ['X-Real-IP', CLIENT])).toMatchObject({ status: 403, clientAddress: STRANGER });
  });

  it('finds the client behind one proxy, and not the one that a stranger makes up', async () => {
    expect(await send(ports.one, CLIENT)).toMatchObject({
      status: 200,
      clientAddress: CLIENT,
      ...(hidesPeer ? {} : { peer: expect.stringContaining(INNER) }),
    });
    for (const made of [CLIENT, `${CLIENT}, ${INNER}`, `${CLIENT}, ${OUTER}, ${INNER}`])
      expect(await send(ports.one, STRANGER, claim(made))).toMatchObject({
        status: 403,
        reason: 'source-not-allowed',
        clientAddress: STRANGER,
      });
    for (const made of ['unknown', '', `[${CLIENT}]`, `${CLIENT}:80`])
      expect((await send(ports.one, STRANGER, claim(made))).status).toBe(403);
    expect(await send(ports.one, STRANGER, claim(CLIENT), claim(CLIENT))).toMatchObject({ status: 403 });
  });

  it('finds the client behind two proxies, and not the one that a stranger makes up', async () => {
    expect(await send(ports.two, CLIENT)).toMatchObject({ status: 200, clientAddress: CLIENT });
    for (const made of [CLIENT, `${CLIENT}, ${INNER}`, `${CLIENT}, ${OUTER}`])
      expect(await send(ports.two, STRANGER, claim(made))).toMatchObject({
        status: 403,
        reason: 'source-not-allowed',
        clientAddress: STRANGER,
      });
  });

  it('reads the one address of a header that the proxy overwrites', async () => {
    expect(await send(ports.overwriting, CLIENT, claim(STRANGER))).toMatchObject({
      status: 200,
      clientAddress: CLIENT,
    });
    expect(await send(ports.overwriting, STRANGER, ['X-Real-IP', CLIENT], claim(CLIENT))).toMatchObject({
      status: 403,
      clientAddress: STRANGER,
    });
  });

  it('refuses two lines from a trusted peer, or sees them as the one list that Headers makes of them', async () => {
    const twice = await send(direct, INNER, claim(CLIENT), claim(STRANGER));
    expect(twice).toMatchObject({ status: 403, reason: 'source-not-allowed' });
  });
});
