// The Node door under Koa: what Koa does of itself must neither answer for the guard nor take its answer away.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { memoryStore, type SettledRecord, type VerdictRecord } from '@postern/core';
import { type WebhookHandler, webhook } from '@postern/core/node';
import { liasonpay } from '@postern/core/providers/liasonpay';
import Koa from 'koa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { delivery, dial, send } from '../express/caller.ts';
import { BODY, type Listening, NOW_SECONDS, SECRET, serve, signed, watchProcess } from '../express/rig.ts';

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

/** A Koa application with a guard at its end, started. `respond` is what the person who mounts it may forget. */
async function start(
  handler: WebhookHandler,
  { respond = false, before = [] }: { respond?: boolean; before?: readonly Koa.Middleware[] } = {},
) {
  const verdicts: VerdictRecord[] = [];
  const settled: SettledRecord[] = [];
  const errors: Error[] = [];
  const handle = webhook(
    {
      provider: liasonpay(),
      secrets: SECRET,
      store: memoryStore({ now: () => NOW_SECONDS * 1000 }),
      now: () => NOW_SECONDS * 1000,
      onVerdict: (record) => verdicts.push(record),
      onSettled: (record) => settled.push(record),
    },
    handler,
  );
  const app = new Koa();
  app.on('error', (error) => errors.push(error));
  for (const one of before) app.use(one);
  app.use(async (context) => {
    context.respond = respond;
    await handle(context.req, context.res);
  });
  const listening = await serve(createServer(app.callback()));
  open.push(listening);
  return { port: listening.port, verdicts, settled, errors };
}

describe('a guard in Koa', () => {
  it('answers by itself: the acknowledgement, a refusal, and the handler’s own', async () => {
    const { port, errors } = await start((one, _request, response) => {
      if (one.text() !== BODY) response.writeHead(202, { 'x-own': 'yes' }).end('queued');
    });
    const acknowledged = await send(port, delivery(await signed(), BODY));
    expect([acknowledged.status, acknowledged.body]).toEqual([200, '']);
    const own = await send(port, delivery(await signed('{}'), '{}'));
    expect([own.status, own.headers['x-own'], own.body]).toEqual([202, 'yes', 'queued']);
    const refused = await send(port, delivery({}, BODY));
    expect([refused.status, refused.headers['content-type']]).toEqual([401, 'application/problem+json']);
    expect(errors).toEqual([]);
  });

  it('keeps the connection: Koa answers nothing after it', async () => {
    const { port } = await start(() => undefined);
    const line = await dial(port);
    for (const text of ['{"n":1}', '{"n":2}', '{"n":3}']) line.write(delivery(await signed(text), text));
    expect((await line.answers(3)).map(({ status }) => status)).toEqual([200, 200, 200]);
    line.hangUp();
  });

  it('keeps what middleware before it set on the response, but for the body’s own headers', async () => {
    const { port } = await start(() => undefined, {
      before: [
        async (context, next) => {
          context.set('x-request-id', 'r-1');
          await next();
        },
      ],
    });
    const answer = await send(port, delivery(await signed(), BODY));
    expect([answer.status, answer.headers['x-request-id']]).toEqual([200, 'r-1']);
  });

  it('has answered before Koa could, though respond was not set', async () => {
    const { port, settled } = await start(async () => {}, { respond: true });
    const accepted = await send(port, delivery(await signed(), BODY));
    const refused = await send(port, delivery({}, BODY));
    expect([accepted.status, refused.status, settled.map(({ outcome }) => outcome)]).toEqual([200, 401, ['committed']]);
  });

  it('tells of a body parser that ran before it, in words that lead to the remedy', async () => {
    const { port, verdicts } = await start(() => undefined, {
      before: [
        async (context, next) => {
          Object.assign(context.request, { body: await json(context.req) });
          await next();
        },
      ],
    });
    expect((await send(port, delivery(await signed(), BODY))).status).toBe(500);
    expect(verdicts[0]).toMatchObject({
      reason: 'misconfigured',
      detail: expect.stringContaining('before the parser'),
    });
  });

  it('gives a failed delivery back, and Koa hears of no error', async () => {
    const { port, settled, errors } = await start(() => Promise.reject(new Error('no')));
    expect((await send(port, delivery(await signed(), BODY))).status).toBe(503);
    expect([settled.map(({ outcome }) => outcome), errors]).toEqual([['released'], []]);
  });
});
