import { createServer } from 'node:http';
import { memoryStore, type SettledRecord } from '@postern/core';
import { type WebhookHandler, webhook } from '@postern/core/node';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { afterEach, describe, expect, it } from 'vitest';
import { delivery, send } from '../express/caller.ts';
import { BODY, type Listening, NOW_SECONDS, SECRET, serve, signed } from '../express/rig.ts';

let site: Listening;
let settled: SettledRecord[];
afterEach(() => site.close());

/** Serves the node:http form. */
async function start(handler: WebhookHandler): Promise<void> {
  settled = [];
  const now = () => NOW_SECONDS * 1000;
  const handle = webhook(
    {
      provider: liasonpay(),
      secrets: SECRET,
      now,
      store: memoryStore({ now }),
      onSettled: (record) => void settled.push(record),
    },
    handler,
  );
  site = await serve(createServer((request, response) => void handle(request, response)));
}

describe('webhook for node:http: what a handler returns', () => {
  it('fails a run that returns a failing Fetch Response, lets go of its body, and runs the retry', async () => {
    let cancelled = false;
    const body = new ReadableStream({
      cancel() {
        cancelled = true;
      },
    });
    await start(({ attempt }) => (attempt === 1 ? new Response(body, { status: 500 }) : undefined));
    const bytes = delivery(await signed(), BODY);
    expect((await send(site.port, bytes)).status).toBe(503);
    expect(settled[0]).toMatchObject({ outcome: 'released', reason: 'handler-failed' });
    expect(settled[0]?.error).toMatchObject({
      message: 'The handler returned a Response of status 500.',
    });
    expect(cancelled).toBe(true);
    expect((await send(site.port, bytes)).status).toBe(200);
    expect(settled.map(({ outcome }) => outcome)).toEqual(['released', 'committed']);
  });

  it('takes the response of Node that a handler answered with for no such thing', async () => {
    await start((_delivery, _request, response) => response.writeHead(202).end('taken'));
    expect(await send(site.port, delivery(await signed(), BODY))).toMatchObject({ status: 202 });
    expect(settled.map(({ outcome }) => outcome)).toEqual(['committed']);
  });
});
