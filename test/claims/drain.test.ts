// SIGTERM, over real sockets: what runs is finished or given back, and nobody's connection is reset.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createReceiver, sign } from '@postern/core';
import { webhook as fetchWebhook } from '@postern/core/fetch';
import { webhook as nodeWebhook } from '@postern/core/node';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { webhook as fastifyWebhook } from '@postern/fastify';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { gate, serve, until } from '../express/rig.ts';
import { cleanEnvironment } from '../src/clean-environment.ts';
import { NOW, SECRET, startSite } from './site.ts';

const BODY = '{"event_type":"charge.completed","data":{"id":"ch_1","amount":25.00,"currency":"XAF"}}';
const message = async (body = BODY, timestamp = NOW) => ({
  headers: await sign(liasonpay(), { secret: SECRET, body, timestamp }),
  body,
});
const options = { provider: liasonpay(), secrets: SECRET, now: () => NOW * 1000 };
const { memoryStore } = await import('@postern/core');

describe('close()', () => {
  it('finishes what runs in Express and turns new deliveries away', async () => {
    const { passed, open } = gate();
    const site = await startSite(memoryStore(), () => passed);
    const running = site.post(await message());
    await until(() => site.started.length === 1, 'the handler began');
    const drained = site.drain();
    expect(await site.post(await message('{"event_type":"other"}'))).toBe(503);
    open();
    expect(await running).toBe(200);
    expect(await drained).toEqual({ finished: 1, released: 0 });
    expect(site.verdicts.map(({ reason }) => reason)).toEqual([undefined, 'draining']);
    await site.close();
  });

  it('gives back in Express what does not end in time, and another process runs it', async () => {
    const store = memoryStore();
    const [old, next] = [await startSite(store, () => new Promise(() => {})), await startSite(store)];
    const running = old.post(await message());
    await until(() => old.started.length === 1, 'the handler began');
    expect(await next.post(await message())).toBe(503);
    expect(await old.drain()).toEqual({ finished: 0, released: 1 });
    expect(await running).toBe(503);
    expect(old.started[0]?.signal.aborted).toBe(true);
    expect(await next.post(await message())).toBe(200);
    expect(next.started[0]).toMatchObject({ attempt: 2, previouslyStarted: true });
    await Promise.all([old.close(), next.close()]);
  });

  it('finishes what runs on node:http', async () => {
    const { passed, open } = gate();
    let began = false;
    const guard = nodeWebhook(options, () => {
      began = true;
      return passed;
    });
    const { port, close } = await serve(createServer((request, response) => void guard(request, response)));
    const running = fetch(`http://127.0.0.1:${port}/`, { method: 'POST', ...(await message()) });
    await until(() => began, 'the handler began');
    const drained = guard.close();
    expect((await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', ...(await message('{}')) })).status).toBe(503);
    open();
    expect((await running).status).toBe(200);
    expect(await drained).toEqual({ finished: 1, released: 0 });
    await close();
  });

  it('finishes what runs behind the fetch door', async () => {
    const { passed, open } = gate();
    const guard = fetchWebhook(options, () => passed);
    const running = guard(new Request('http://localhost/', { method: 'POST', ...(await message()) }));
    await new Promise((resolve) => setImmediate(resolve));
    const drained = guard.close();
    expect((await guard(new Request('http://localhost/', { method: 'POST', ...(await message('{}')) }))).status).toBe(
      503,
    );
    open();
    expect((await running).status).toBe(200);
    expect(await drained).toEqual({ finished: 1, released: 0 });
  });

  it('comes with app.close() in Fastify', async () => {
    const { passed, open } = gate();
    const settled: string[] = [];
    let began = false;
    const app = Fastify();
    const guarded = { ...options, onSettled: ({ outcome }: { outcome: string }) => settled.push(outcome) };
    app.register(
      fastifyWebhook(guarded, () => {
        began = true;
        return passed;
      }),
      { prefix: '/hooks' },
    );
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const running = fetch(`${url}/hooks`, { method: 'POST', ...(await message()) });
    await until(() => began, 'the handler began');
    const closed = app.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).toEqual([]);
    open();
    expect((await running).status).toBe(200);
    await closed;
    expect(settled).toEqual(['committed']);
  });

  it('is not held up in Fastify by a handler that failed after acknowledge()', async () => {
    const app = Fastify();
    const late = (delivery: { acknowledge(): void }) => {
      delivery.acknowledge();
      throw new Error('too late to count');
    };
    app.register(fastifyWebhook({ ...options, onSettled() {} }, late), { prefix: '/hooks' });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    expect((await fetch(`${url}/hooks`, { method: 'POST', ...(await message()) })).status).toBe(200);
    const began = performance.now();
    await app.close();
    // Its deadline is ten seconds.
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('leaves nothing behind in the receiver, however its deliveries end', async () => {
    const receiver = createReceiver({ ...options, store: memoryStore() });
    const { headers, body } = await message();
    for (const [index, handler] of [
      () => undefined,
      () => Promise.reject(new Error('no stock')),
      (delivery: { acknowledge(): void }) => delivery.acknowledge(),
      (delivery: { fail(): void }) => {
        delivery.fail();
        return new Promise(() => {});
      },
    ].entries()) {
      const bytes = new TextEncoder().encode(index === 0 ? body : `${index}`);
      const signed = index === 0 ? headers : await sign(liasonpay(), { secret: SECRET, body: bytes, timestamp: NOW });
      const head = { method: 'POST', url: '/', headers: Object.entries(signed) };
      await receiver.handle({ head, readBody: () => Promise.resolve(bytes) }, handler);
    }
    expect(await receiver.close({ deadlineMs: 600_000 })).toEqual({ finished: 0, released: 0 });
  });
});

describe('a process that is told to stop', () => {
  it('finishes its payment, answers 200, and ends with 0', async () => {
    const { passed, open } = gate();
    let told = 0;
    const orders = createServer((_request, response) => {
      told++;
      void passed.then(() => response.end());
    }).listen(0, '127.0.0.1');
    await once(orders, 'listening');
    const server = fileURLToPath(new URL('../../examples/express-liasonpay/src/server.js', import.meta.url));
    const child = spawn(
      process.execPath,
      ['--conditions=@postern/source', '--import', import.meta.resolve('tsx'), server],
      {
        env: {
          ...cleanEnvironment(),
          PORT: '0',
          LIASONPAY_WEBHOOK_SECRET: SECRET,
          ORDERS_URL: `http://127.0.0.1:${(orders.address() as AddressInfo).port}/`,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const ended = once(child, 'exit');
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    try {
      await until(() => printed.includes('"listening"'), 'the example listens', 30_000);
      const { port } = JSON.parse(printed.split('\n')[0] ?? '') as { port: number };
      const url = `http://127.0.0.1:${port}/webhooks/liasonpay`;
      const now = Math.floor(Date.now() / 1000);
      const running = fetch(url, { method: 'POST', ...(await message(BODY, now)) });
      await until(() => told === 1, 'the order service was told');
      child.kill('SIGTERM');
      // Until the signal has been taken, a delivery may still be accepted: this one is none that counts.
      await until(() => printed.includes('draining') || probe(url), 'new deliveries are turned away');
      open();
      expect((await running).status).toBe(200);
      expect(await ended).toEqual([0, null]);
      expect(printed).toContain('"outcome":"committed"');
    } finally {
      child.kill('SIGKILL');
      orders.closeAllConnections();
      orders.close();
    }
  });
});

/** Sends a genuine delivery that is of no interest: it makes the server say that it is draining. */
function probe(url: string): boolean {
  const now = Math.floor(Date.now() / 1000);
  void message('{"event_type":"ping"}', now).then((ping) =>
    fetch(url, { method: 'POST', ...ping }).catch(() => undefined),
  );
  return false;
}
