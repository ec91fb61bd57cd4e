// While a vault thinks, over real sockets: bodies wait outside, and a client that goes away is noticed.
import { connect } from 'node:net';
import { type ReceiverOptions, sign, type VerdictRecord } from '@postern/core';
import { liasonpay } from '@postern/core/providers';
import { afterEach, describe, expect, it } from 'vitest';
import { loadMount } from '../src/wire/mounts.ts';

const SECRET = 'test-secret-test-secret-test-secret';
const provider = liasonpay();
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server whose vault answers when the test says so. */
async function serve(name: string, options: Partial<ReceiverOptions> = {}) {
  const verdicts: VerdictRecord[] = [];
  const waiting: ((secret: string) => void)[] = [];
  const handled: number[] = [];
  const mount = await loadMount(name);
  const server = await mount.serve(
    {
      provider,
      secrets: (head) => {
        void head.path;
        return new Promise<string>((resolve) => waiting.push(resolve));
      },
      onVerdict: (record) => void verdicts.push(record),
      ...options,
    },
    (delivery) => {
      handled.push(delivery.body.byteLength);
      return undefined;
    },
  );
  closing.push(() => server.close());
  return { port: server.port, verdicts, waiting, handled };
}

async function request(body: string): Promise<string> {
  const headers = Object.entries(await sign(provider, { secret: SECRET, body }));
  return [
    'POST / HTTP/1.1',
    'Host: localhost',
    `Content-Length: ${body.length}`,
    'Content-Type: application/json',
    ...headers.map(([header, value]) => `${header}: ${value}`),
    '',
    body,
  ].join('\r\n');
}

describe.each(['express4', 'express5', 'fastify', 'node', 'hono'])('%s', (name) => {
  it('takes a body that came long before the vault answered', async () => {
    const { port, waiting, verdicts, handled } = await serve(name);
    const body = `{"event_type":"payment.paid","note":"${'x'.repeat(200_000)}"}`;
    const text = await request(body);
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      answer += chunk;
    });
    socket.write(text);
    await expect.poll(() => waiting.length).toBe(1);
    expect([verdicts, handled]).toEqual([[], []]);
    waiting[0]?.(SECRET);
    await expect.poll(() => answer).toContain('HTTP/1.1 200');
    expect(handled).toEqual([body.length]);
    socket.destroy();
  });

  it('notices that the client has gone meanwhile, holds nothing of it, and serves the next', async () => {
    const { port, waiting, verdicts, handled } = await serve(name);
    const text = await request(`{"event_type":"payment.paid","note":"${'x'.repeat(1000)}"}`);
    const gone = connect(port, '127.0.0.1');
    gone.write(text.slice(0, -500));
    await expect.poll(() => waiting.length).toBe(1);
    gone.destroy();
    waiting[0]?.(SECRET);
    await expect.poll(() => verdicts.map(({ reason }) => reason), { timeout: 5_000 }).toEqual(['body-incomplete']);
    const next = connect(port, '127.0.0.1');
    let answer = '';
    next.setEncoding('latin1').on('data', (chunk) => {
      answer += chunk;
    });
    next.write(await request('{"event_type":"payment.paid"}'));
    await expect.poll(() => answer).toContain('HTTP/1.1 200');
    expect(handled).toHaveLength(1);
    next.destroy();
  });
});
