// The fetch door over real sockets: behind Hono’s Node server, and behind a bridge made by hand.
import { createServer, type RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { type ClaimStore, memoryStore, type SettledRecord, type VerdictRecord } from '@postern/core';
import { type WebhookHandler, type WebhookOptions, webhook } from '@postern/core/fetch';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { type Context, Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunk, delivery, dial, head, jsonHead, LAST_CHUNK, send } from '../express/caller.ts';
import {
  BODY,
  gate,
  type Listening,
  NOW_SECONDS,
  PATH,
  SECRET,
  serve,
  signed,
  until,
  watchProcess,
} from '../express/rig.ts';
import { bridge } from './bridge.ts';

type Options = Partial<WebhookOptions>;

/** The two hosts: each makes a listener of a guard. */
const HOSTS: readonly (readonly [string, (options: WebhookOptions, handler: WebhookHandler) => RequestListener])[] = [
  [
    'Hono',
    (options, handler) => {
      const handle = webhook(options, handler);
      return getRequestListener(new Hono().all('*', (context) => handle(context.req.raw)).fetch);
    },
  ],
  [
    'a bridge',
    (options, handler) => {
      const handle = webhook(options, handler);
      return bridge((request) => handle(request));
    },
  ],
];

const open: Listening[] = [];
let watch: ReturnType<typeof watchProcess>;
beforeEach(() => {
  watch = watchProcess();
});
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
  watch.stop();
  expect(watch.troubles).toEqual([]);
});

async function listen(listener: RequestListener): Promise<Listening> {
  const listening = await serve(createServer(listener));
  open.push(listening);
  return listening;
}

function guard(options: Options = {}) {
  const verdicts: VerdictRecord[] = [];
  const settled: SettledRecord[] = [];
  const memory = memoryStore({ now: () => NOW_SECONDS * 1000 });
  let claims = 0;
  const store: ClaimStore = {
    ...memory,
    claim(key, request) {
      claims++;
      return memory.claim(key, request);
    },
  };
  const all: WebhookOptions = {
    provider: liasonpay(),
    secrets: SECRET,
    store,
    now: () => NOW_SECONDS * 1000,
    onVerdict: (record) => verdicts.push(record),
    onSettled: (record) => settled.push(record),
    ...(options as object),
  };
  return {
    all,
    claims: () => claims,
    seen: () => verdicts.map(({ reason, outcome }) => reason ?? outcome),
    verdicts,
    settled,
  };
}

describe.each(HOSTS)('behind %s', (_, host) => {
  it('a genuine delivery gets the handler’s own answer, streamed', async () => {
    const { all, settled } = guard();
    const pieces = ['one, ', 'two, ', 'three'].map((text) => new TextEncoder().encode(text));
    const body = () => ReadableStream.from(pieces);
    const { port } = await listen(host(all, () => new Response(body() as ReadableStream, { status: 202 })));
    const answer = await send(port, delivery(await signed(), BODY));
    expect([answer.status, answer.body]).toEqual([202, 'one, two, three']);
    expect(settled.map(({ outcome }) => outcome)).toEqual(['committed']);
  });

  it('bytes are what they were on the wire, in chunks cut inside a character', async () => {
    const bodies: Uint8Array[] = [];
    const { all } = guard();
    const { port } = await listen(host(all, ({ body }) => void bodies.push(body)));
    const bytes = Buffer.from(BODY);
    const cut = bytes.indexOf('ë') + 1;
    const line = await dial(port);
    const headers = Object.entries(await signed());
    line.write(head([['Transfer-Encoding', 'chunked'], ...headers]));
    line.write(chunk(bytes.subarray(0, cut)));
    await new Promise((resolve) => setImmediate(resolve));
    line.write(Buffer.concat([chunk(bytes.subarray(cut)), Buffer.from(LAST_CHUNK)]));
    expect((await line.answer()).status).toBe(200);
    line.hangUp();
    expect(bodies.map((body) => Buffer.from(body).toString())).toEqual([BODY]);
  });

  it('a small body that does not come is answered 408 at the deadline, and the connection ends', async () => {
    const { all, seen } = guard({ bodyTimeoutMs: 100 });
    const { port } = await listen(host(all, () => undefined));
    const line = await dial(port);
    line.write(jsonHead(await signed(), BODY.length));
    line.write('{');
    expect((await line.answer()).status).toBe(408);
    await until(() => line.closed(), 'the connection ended');
    expect(seen()).toEqual(['body-timeout']);
  });

  it('a client that goes away in the middle of its body starts no handler and leaves no claim', async () => {
    let runs = 0;
    const { all, seen, claims } = guard();
    const { port } = await listen(host(all, () => void runs++));
    for (let i = 0; i < 20; i++) {
      const line = await dial(port);
      line.write(jsonHead(await signed(), BODY.length));
      line.write(BODY.slice(0, i));
      setImmediate(() => line.hangUp());
    }
    await until(() => seen().length === 20, 'all were refused');
    expect(new Set(seen())).toEqual(new Set(['body-incomplete']));
    expect([runs, claims()]).toEqual([0, 0]);
  });

  it('a client that goes away while the handler runs changes nothing', async () => {
    const { all, settled } = guard();
    const started = gate();
    const end = gate();
    const { port } = await listen(
      host(all, async () => {
        started.open();
        await end.passed;
      }),
    );
    const line = await dial(port);
    line.write(delivery(await signed(), BODY));
    await started.passed;
    line.hangUp();
    end.open();
    await until(() => settled.length === 1, 'the run was settled');
    expect(settled[0]?.outcome).toBe('committed');
  });

  it('a refused small delivery leaves the connection for a genuine one', async () => {
    const { all } = guard();
    const { port } = await listen(host(all, () => undefined));
    const line = await dial(port);
    line.write(delivery({}, BODY));
    await line.answers(1);
    line.write(delivery(await signed(), BODY));
    expect((await line.answers(2)).map(({ status }) => status)).toEqual([401, 200]);
    line.hangUp();
  });

  it('a second signature line is refused, whichever of the two is right', async () => {
    const { all, seen } = guard();
    const { port } = await listen(host(all, () => undefined));
    const [line] = Object.entries(await signed());
    if (line === undefined) throw new Error('nothing was signed');
    const wrong = [line[0], line[1].replace(/v1=.{4}/, 'v1=0000')] as const;
    for (const lines of [
      [line, wrong],
      [wrong, line],
      [line, line],
    ]) {
      const bytes = Buffer.from(BODY);
      const length = ['Content-Length', String(bytes.byteLength)] as const;
      const answer = await send(port, Buffer.concat([Buffer.from(head([length, ...lines])), bytes]));
      expect(answer.status).toBe(401);
    }
    expect(new Set(seen())).toEqual(new Set(['malformed-signature']));
  });

  it('100 deliveries at once are each handled once', async () => {
    const bodies = new Set<string>();
    const { all } = guard();
    const { port } = await listen(host(all, (one) => void bodies.add(one.text())));
    const statuses = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const body = `{"event_type":"payment.paid","n":${index}}`;
        return (await send(port, delivery(await signed(body), body))).status;
      }),
    );
    expect([new Set(statuses), bodies.size]).toEqual([new Set([200]), 100]);
  });
});

describe('a Hono application', () => {
  it('gives its context to the handler and to clientAddress', async () => {
    const { all, verdicts } = guard();
    const { allow, clientAddress, ...rest } = all;
    const handle = webhook(
      {
        ...rest,
        allow: ['127.0.0.0/8'],
        clientAddress: (_request, context: Context) => getConnInfo(context).remote.address,
      },
      (_delivery, _request, context: Context) => context.text(`for ${context.req.path}`, 202),
    );
    const app = new Hono().all('/webhooks/*', (context) => handle(context.req.raw, context));
    const { port } = await listen(getRequestListener(app.fetch));
    const answer = await send(port, delivery(await signed(), BODY));
    expect([answer.status, answer.body, verdicts[0]?.peerAddress]).toEqual([202, `for ${PATH}`, '127.0.0.1']);
  });

  it('refuses those whom its allowlist does not name', async () => {
    const { all, seen } = guard();
    const { allow, clientAddress, ...rest } = all;
    const handle = webhook(
      {
        ...rest,
        allow: ['192.0.2.1'],
        clientAddress: (_request, context: Context) => getConnInfo(context).remote.address,
      },
      () => undefined,
    );
    const app = new Hono().all('*', (context) => handle(context.req.raw, context));
    const { port } = await listen(getRequestListener(app.fetch));
    expect((await send(port, delivery(await signed(), BODY))).status).toBe(403);
    expect(seen()).toEqual(['source-not-allowed']);
  });

  it('that gives the guard its context in place of the request is told so, and runs nothing', async () => {
    let runs = 0;
    const { all, seen } = guard();
    const handle = webhook(all, () => void runs++);
    const errors: Error[] = [];
    const app = new Hono()
      .all('*', (context) => handle(context as never))
      .onError((error, context) => {
        errors.push(error);
        return context.text('', 500);
      });
    const { port } = await listen(getRequestListener(app.fetch));
    expect((await send(port, delivery(await signed(), BODY))).status).toBe(500);
    expect(errors[0]?.message).toContain('c.req.raw');
    expect([runs, seen()]).toEqual([0, []]);
  });
});
