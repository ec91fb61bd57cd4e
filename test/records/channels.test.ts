// The channels of `node:diagnostics_channel`, heard as any other part of a process hears them: by name, without importing this library.
import { spawn } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type SettledRecord, sign, type VerdictRecord } from '@postern/core';
import { type NodeListener, type WebhookOptions, webhook } from '@postern/core/node';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { afterEach, describe, expect, it, vi } from 'vitest';

const SECRET = 'test-secret-test-secret-test-secret';
const BODY = '{"event_type":"payment.paid","card":"body-marker-4242"}';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const one of undo.splice(0)) one();
});

function hear(name: 'postern:verdict' | 'postern:settled', told: (record: unknown) => void): void {
  subscribe(name, told);
  undo.push(() => unsubscribe(name, told));
}

/** When all is signed here and judged: the same delivery has the same bytes, whenever its second ends. */
const NOW = 1_767_225_600;

async function serve(options: Partial<WebhookOptions> = {}) {
  const now = () => NOW * 1000;
  const guard: NodeListener = webhook({ provider: liasonpay(), secrets: SECRET, now, ...options }, () => undefined);
  const server = createServer(guard).listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(() => server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    async send(secret = SECRET): Promise<number> {
      const headers = await sign(liasonpay(), { secret, body: BODY, timestamp: NOW });
      return (await fetch(url, { method: 'POST', headers, body: BODY })).status;
    },
  };
}

function refusalWarnings(): Error[] {
  const warnings: Error[] = [];
  const hearWarning = (warning: Error & { code?: string }) =>
    warning.code === 'POSTERN_REFUSALS' && warnings.push(warning);
  process.on('warning', hearWarning);
  undo.push(() => process.off('warning', hearWarning));
  return warnings;
}

describe('a subscriber of the channels', () => {
  it('is told the very records that the hooks are told, frozen', async () => {
    const heard = { verdicts: [] as unknown[], settled: [] as unknown[] };
    const told = { verdicts: [] as VerdictRecord[], settled: [] as SettledRecord[] };
    hear('postern:verdict', (record) => heard.verdicts.push(record));
    hear('postern:settled', (record) => heard.settled.push(record));
    const { send } = await serve({
      onVerdict: (record) => told.verdicts.push(record),
      onSettled: (record) => told.settled.push(record),
    });
    expect([await send(), await send(), await send('other-test-secret-other-test-secret')]).toEqual([200, 200, 401]);
    expect(told.verdicts.map(({ kind }) => kind)).toEqual(['genuine', 'duplicate', 'forged']);
    expect(heard.verdicts.length).toBe(3);
    for (const [index, record] of heard.verdicts.entries()) expect(record).toBe(told.verdicts[index]);
    expect(heard.settled).toEqual(told.settled);
    expect(heard.settled[0]).toBe(told.settled[0]);
    expect([...heard.verdicts, ...heard.settled].every((record) => Object.isFrozen(record))).toBe(true);
  });

  it('is told without any hook, and is an ear: what it hears is not warned about', async () => {
    const warnings = refusalWarnings();
    const heard: unknown[] = [];
    const hearing = (record: unknown) => void heard.push(record);
    subscribe('postern:verdict', hearing);
    expect(await (await serve()).send('other-test-secret-other-test-secret')).toBe(401);
    unsubscribe('postern:verdict', hearing);
    await new Promise((resolve) => setImmediate(resolve));
    expect([heard.length, warnings.length]).toEqual([1, 0]);
    expect(await (await serve()).send('other-test-secret-other-test-secret')).toBe(401);
    await vi.waitFor(() => expect(warnings).toHaveLength(1));
    expect(heard).toHaveLength(1);
  });

  it('that blocks delays an answer and changes none', async () => {
    hear('postern:verdict', () => {
      for (const start = performance.now(); performance.now() - start < 50; );
    });
    const { send } = await serve();
    expect([await send(), await send(), await send('other-test-secret-other-test-secret')]).toEqual([200, 200, 401]);
  });

  // What a subscriber throws is Node's to report, as an uncaught exception, and no publisher can keep it from doing so.
  it.each([
    ['where the process hears uncaught exceptions', 'hears', 0, 'answered 200 committed; answered 401; uncaught 3'],
    ['where it does not, and Node ends it, as it documents', 'deaf', 1, ''],
  ])('that throws changes no answer %s', async (_name, mode, code, line) => {
    const program = fileURLToPath(new URL('throwing-subscriber.ts', import.meta.url));
    const child = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), '--conditions=@postern/source', program, mode],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let printed = '';
    child.stdout.on('data', (chunk) => (printed += chunk));
    let errors = '';
    child.stderr.on('data', (chunk) => (errors += chunk));
    const [ended] = await once(child, 'close');
    expect({ ended, printed: printed.trim() }, errors).toEqual({ ended: code, printed: line });
    if (mode === 'deaf') expect(errors).toContain('the subscriber is broken');
  });
});
