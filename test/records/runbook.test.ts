// Every command of RUNBOOK.md, run as it stands on an audit log that real guards wrote, with a forgery among the honest deliveries.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReceiver, type SecretEntry, sign } from '@postern/core';
import { auditLog } from '@postern/core/audit';
import { stripe } from '@postern/core/providers/stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REASON_STATUS } from '../../packages/core/src/lib/reasons.ts';
import { ROOT, workspaceFiles } from '../workspace.ts';

/** The command, bundled by `bin/command-setup.mjs`. */
const POSTERN = process.env.POSTERN_COMMAND ?? '';
const NEW = 'whsec_test_only_4f1d2c3b5a69788796a5b4c3d2e1f00f';
const LEAKED = 'whsec_test_only_0000111122223333444455556666777f';
const ID = 'STRIPE_WEBHOOK_SECRET';

const page = workspaceFiles().find(({ path }) => path === 'RUNBOOK.md')?.text ?? '';
const commands = [...page.matchAll(/^( *)```sh\n(.*?)^\1```$/gms)].map(([, , text = '']) => text.trim());

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-runbook-'));
  const log = auditLog(join(folder, 'webhooks.jsonl'));
  let now = 0;
  const guard = (secrets: readonly SecretEntry[]) =>
    createReceiver({
      provider: stripe(),
      secrets,
      now: () => now,
      onVerdict: log.onVerdict,
      onSettled: log.onSettled,
    });
  const send = async (receiver: ReturnType<typeof guard>, time: string | number, id: string, secret: string) => {
    now = new Date(time).getTime();
    const body = new TextEncoder().encode(JSON.stringify({ id, type: 'invoice.paid', card: 'body-marker-4242' }));
    const headers = Object.entries(await sign(stripe(), { secret, body, timestamp: Math.floor(now / 1000) }));
    await receiver.handle(
      { head: { method: 'POST', url: '/', headers, peerAddress: '203.0.113.9' }, readBody: async () => body },
      () => undefined,
    );
  };
  // Another one, rotated out long ago: its records know its id.
  await send(guard([{ id: `${ID}_OLD`, value: LEAKED }]), '2026-11-18T12:00:00Z', 'evt_old', LEAKED);
  const before = guard([{ id: ID, value: LEAKED }]);
  await send(before, '2026-11-19T12:00:00Z', 'evt_before', LEAKED);
  await send(before, '2026-11-21T12:00:00Z', 'evt_honest', LEAKED);
  await log.close();
  await rename(join(folder, 'webhooks.jsonl'), join(folder, 'webhooks.jsonl.1'));
  await send(before, '2026-11-24T03:00:00Z', 'evt_forged', LEAKED);
  // The secret was changed, and keeps its id.
  const after = guard([{ id: ID, value: NEW }]);
  await send(after, '2026-11-27T10:00:00Z', 'evt_refused', LEAKED);
  await send(after, '2026-11-27T11:00:00Z', 'evt_after', NEW);
  await send(after, Date.now() - 3_600_000, 'evt_recent', NEW);
  await log.close();

  const body = '{"id":"evt_captured","type":"invoice.paid"}';
  const headers = Object.entries(await sign(stripe(), { secret: NEW, body }));
  const lines = [...headers, ['Content-Length', String(body.length)]].map((line) => line.join(': '));
  await writeFile(
    join(folder, 'delivery.http'),
    `POST /hooks HTTP/1.1\r\nHost: shop.example\r\n${lines.join('\r\n')}\r\n\r\n${body}`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a line in a shell in which `npx postern` is the command of this workspace. */
async function run(command: string) {
  const npx = `npx() { shift; "${process.execPath}" "${POSTERN}" "$@"; }`;
  const child = spawn('sh', ['-c', `${npx}\n${command}`], {
    cwd: folder,
    env: { PATH: process.env.PATH, NODE_ENV: process.env.NODE_ENV, [ID]: NEW },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += chunk));
  child.stderr.on('data', (chunk) => (said.err += chunk));
  const [code] = await once(child, 'close');
  return { code, ...said };
}

describe.skipIf(process.platform === 'win32')('a command of RUNBOOK.md', () => {
  it.each(commands)('%s runs', { timeout: 60_000 }, async (command) => {
    const { code, out, err } = await run(command);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).not.toMatch(/whsec_|body-marker/);
    if (command.includes('--until')) {
      // What the leaked value let in, the forgery among it, and nothing of before or after.
      expect([...out.matchAll(/evt_\w+/g)].map(([id]) => id)).toEqual(['evt_honest', 'evt_forged']);
      expect(out).toContain(
        `Secret ${ID}, since 2026-11-20T00:00:00.000Z until 2026-11-27T09:30:00.000Z: 2 deliveries`,
      );
      expect(out).toMatch(/evt_forged +invoice\.paid +1 +committed +203\.0\.113\.0\/24/);
    }
    if (command.includes('> let-in.json')) {
      const { events, beside } = JSON.parse(await readFile(join(folder, 'let-in.json'), 'utf8'));
      expect(events.map(({ eventId }: { eventId: string }) => eventId)).toContain('evt_forged');
      expect(beside).toEqual({ stripe: { 'bad-signature': 1 } });
    }
    if (command.includes('_OLD')) expect(out).toMatch(/used +never/);
    if (command.includes('--since 24h')) expect(out).toMatch(/stripe +genuine \d/);
  });

  it('is among those that were run: there are five, each of the command line', () => {
    expect(commands).toHaveLength(5);
    for (const command of commands) expect(command).toMatch(/^npx postern /);
  });
});

describe('the table for three in the morning', () => {
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|')[1] ?? '');

  it('names no kind and no reason that is not', async () => {
    const source = await readFile(`${ROOT}packages/core/src/lib/kind.ts`, 'utf8');
    const kinds = [...(source.split('export type VerdictKind')[1]?.split(';')[0] ?? '').matchAll(/'([a-z]+)'/g)].map(
      ([, kind]) => kind,
    );
    expect(kinds).toHaveLength(9);
    const known = [...kinds, ...Object.keys(REASON_STATUS), 'released', 'lost'];
    const named = rows.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word));
    expect(named.filter((word) => !known.includes(word ?? ''))).toEqual([]);
    // Nobody is woken by a handshake.
    for (const kind of kinds.filter((one) => one !== 'handshake')) expect(named).toContain(kind);
  });
});
