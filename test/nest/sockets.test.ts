// The Node door in NestJS: a controller and a guard of Nest’s, with Nest’s own body parsers about.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import {
  All,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Module,
  type NestApplicationOptions,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import {
  createReceiver,
  memoryStore,
  type ReceiverOptions,
  type SettledRecord,
  sign,
  type VerdictRecord,
} from '@postern/core';
import { guardNode, type NodeRequest, webhook } from '@postern/core/node';
import { shopify } from '@postern/core/providers/shopify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { delivery, head, send } from '../express/caller.ts';
import { SECRET, until, watchProcess } from '../express/rig.ts';

const BODY = '{"id":1,"total_price":"25.00","name":"Zoë"}';
const apps: NestExpressApplication[] = [];
let watch: ReturnType<typeof watchProcess>;
beforeEach(() => {
  watch = watchProcess();
});
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
  watch.stop();
  expect(watch.troubles).toEqual([]);
});

const signed = (body: string | Uint8Array = BODY) => sign(shopify(), { secret: SECRET, body });

type Receive = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A Nest application whose one controller does as told. The decorators are applied by hand: see the mount. */
async function start(
  options: NestApplicationOptions,
  make: (guarded: ReceiverOptions) => { receive: Receive; guard?: CanActivate },
  configure: (app: NestExpressApplication) => void = () => undefined,
) {
  const verdicts: VerdictRecord[] = [];
  const settled: SettledRecord[] = [];
  const { receive, guard } = make({
    provider: shopify(),
    secrets: SECRET,
    store: memoryStore(),
    onVerdict: (record) => verdicts.push(record),
    onSettled: (record) => settled.push(record),
  });
  class Webhooks {
    receive(request: IncomingMessage, response: ServerResponse) {
      return receive(request, response);
    }
  }
  class App {}
  Req()(Webhooks.prototype, 'receive', 0);
  if (guard === undefined) Res()(Webhooks.prototype, 'receive', 1);
  const descriptor = Object.getOwnPropertyDescriptor(Webhooks.prototype, 'receive') ?? {};
  All('webhooks/shopify')(Webhooks.prototype, 'receive', descriptor);
  Controller()(Webhooks);
  if (guard !== undefined) UseGuards(guard)(Webhooks);
  Module({ controllers: [Webhooks] })(App);
  const app = await NestFactory.create<NestExpressApplication>(App, { logger: false, abortOnError: false, ...options });
  configure(app);
  await app.listen(0, '127.0.0.1');
  apps.push(app);
  const port = Number(new URL(await app.getUrl()).port);
  const post = async (body: string | Uint8Array, more: readonly (readonly [string, string])[] = []) => {
    const bytes = Buffer.from(body);
    const lines = [
      ['Content-Length', String(bytes.byteLength)] as const,
      ...Object.entries(await signed(body)),
      ...more,
    ];
    return send(port, Buffer.concat([Buffer.from(head(lines, 'POST', '/webhooks/shopify')), bytes]));
  };
  return { port, post, verdicts, settled, seen: () => verdicts.map(({ reason, outcome }) => reason ?? outcome) };
}

const JSON_TYPE = ['Content-Type', 'application/json'] as const;
const controller =
  (run: () => unknown = () => undefined) =>
  (options: ReceiverOptions) => ({
    receive: webhook(options, run),
  });

describe('a controller with rawBody: true', () => {
  it('accepts what is genuine and refuses what is not', async () => {
    let runs = 0;
    const { post, port, seen } = await start(
      { rawBody: true },
      controller(() => void runs++),
    );
    expect((await post(BODY, [JSON_TYPE])).status).toBe(200);
    const forged = await send(
      port,
      Buffer.from(
        Buffer.from(delivery(await signed(), BODY.replace('25.00', '99.00')))
          .toString('latin1')
          .replace(/^POST \S+/, 'POST /webhooks/shopify'),
        'latin1',
      ),
    );
    expect(forged.status).toBe(401);
    expect([runs, seen()]).toEqual([1, ['accepted', 'bad-signature']]);
  });

  it.each([
    ['forms', ['Content-Type', 'application/x-www-form-urlencoded'] as const],
    ['XML, which Nest does not parse', ['Content-Type', 'application/xml'] as const],
    ['no type at all', undefined],
  ])('accepts %s', async (_, type) => {
    const { post } = await start({ rawBody: true }, controller());
    expect((await post('a=1&b=%20', type ? [type] : [])).status).toBe(200);
  });

  it('calls a body that Nest inflated what it is: our mistake', async () => {
    const { post, verdicts } = await start({ rawBody: true }, controller());
    expect((await post(gzipSync(BODY), [JSON_TYPE, ['Content-Encoding', 'gzip']])).status).toBe(500);
    expect(verdicts[0]).toMatchObject({ reason: 'misconfigured', detail: expect.stringContaining('inflate') });
  });

  it('gets bodies over 100 kB only where the parser’s limit is raised', async () => {
    const big = JSON.stringify({ id: 2, note: 'y'.repeat(300_000) });
    const plain = await start({ rawBody: true }, controller());
    expect((await plain.post(big, [JSON_TYPE])).status).toBe(413);
    expect(plain.seen()).toEqual([]);
    const raised = await start({ rawBody: true }, controller(), (app) => app.useBodyParser('json', { limit: '1mb' }));
    expect((await raised.post(big, [JSON_TYPE])).status).toBe(200);
    expect(raised.seen()).toEqual(['accepted']);
  });
});

describe('a controller without rawBody', () => {
  it('answers 500, runs nothing, and names the option that was forgotten', async () => {
    let runs = 0;
    const { post, verdicts } = await start(
      {},
      controller(() => void runs++),
    );
    expect((await post(BODY, [JSON_TYPE])).status).toBe(500);
    expect(runs).toBe(0);
    expect(verdicts[0]).toMatchObject({
      reason: 'misconfigured',
      detail: expect.stringContaining('{ rawBody: true } in NestFactory.create'),
    });
  });

  it('reads the wire itself where Nest’s parsers are off', async () => {
    const { post } = await start({ bodyParser: false }, controller());
    expect((await post(BODY, [JSON_TYPE])).status).toBe(200);
  });
});

it('a listener ahead of Nest’s parsers needs no rawBody, and takes bodies of any length it allows', async () => {
  let runs = 0;
  let reached = 0;
  const { post } = await start(
    {},
    () => ({ receive: () => reached++ }),
    (app) =>
      app.use(
        '/webhooks/shopify',
        webhook({ provider: shopify(), secrets: SECRET }, () => void runs++),
      ),
  );
  const big = JSON.stringify({ id: 2, note: 'y'.repeat(300_000) });
  expect((await post(big, [JSON_TYPE])).status).toBe(200);
  expect([runs, reached]).toEqual([1, 0]);
});

describe('a guard of Nest’s', () => {
  const guarded = (run: () => unknown) => (options: ReceiverOptions) => {
    const receiver = createReceiver(options);
    return {
      guard: {
        async canActivate(context: ExecutionContext) {
          const http = context.switchToHttp();
          const one = await guardNode(receiver, http.getRequest<NodeRequest>(), http.getResponse<ServerResponse>());
          return one !== undefined;
        },
      },
      receive: run,
    };
  };

  it('lets genuine deliveries through, and commits when the controller has answered', async () => {
    const { post, settled, seen } = await start(
      { rawBody: true },
      guarded(() => ({ ok: true })),
    );
    const answer = await post(BODY, [JSON_TYPE]);
    expect([answer.status, answer.body]).toEqual([200, '{"ok":true}']);
    await until(() => settled.length === 1, 'the run was settled');
    expect([seen(), settled[0]?.outcome]).toEqual([['accepted'], 'committed']);
  });

  it('answers what it refuses, and the controller does not run', async () => {
    let runs = 0;
    const { port, seen } = await start(
      { rawBody: true },
      guarded(() => runs++),
    );
    const answer = await send(port, `${head([JSON_TYPE, ['Content-Length', '2']], 'POST', '/webhooks/shopify')}{}`);
    expect([answer.status, answer.headers['content-type'], runs]).toEqual([401, 'application/problem+json', 0]);
    expect(seen()).toEqual(['missing-signature']);
  });

  it('gives the event back when the controller throws', async () => {
    const { post, settled } = await start(
      { rawBody: true },
      guarded(() => {
        throw new Error('no');
      }),
    );
    expect((await post(BODY, [JSON_TYPE])).status).toBe(500);
    await until(() => settled.length === 1, 'the run was settled');
    expect(settled[0]?.outcome).toBe('released');
  });
});
