// Secrets that change, over real sockets in every framework: no genuine delivery is refused while they do, and what was removed is.
import { type ReceiverOptions, type SecretRecord, secretsFrom, sign, type VerdictRecord } from '@postern/core';
import { liasonpay } from '@postern/core/providers';
import type { Mount } from '@postern/testing';
import { describe, expect, it, vi } from 'vitest';
import { loadMount } from '../src/wire/mounts.ts';

// Next.js is built first, on machines that do much else.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const OLD = 'old-test-secret-old-test-secret-old';
const NEW = 'new-test-secret-new-test-secret-new';
const START = 1_767_225_600_000;
const provider = liasonpay();

/** A server whose secrets are found, on a clock that the test moves. */
async function serve(mount: Mount, secrets: ReceiverOptions['secrets'], run: (world: World) => Promise<void>) {
  const verdicts: VerdictRecord[] = [];
  const records: SecretRecord[] = [];
  const world = { now: START, verdicts, records, bodies: 0 };
  const server = await mount.serve(
    {
      provider,
      secrets,
      now: () => world.now,
      onVerdict: (record) => void verdicts.push(record),
      onSecret: (record) => void records.push(record),
    },
    () => undefined,
  );
  async function send(secret: string, tenant = 'acme') {
    const body = `{"event_type":"payment.paid","n":${world.bodies++}}`;
    const headers = await sign(provider, { secret, body, timestamp: Math.floor(world.now / 1000) });
    const response = await fetch(`http://127.0.0.1:${server.port}/`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'x-tenant': tenant },
      body,
    });
    return { status: response.status, retryAfter: response.headers.get('retry-after'), text: await response.text() };
  }
  try {
    await run(Object.assign(world, { send }));
  } finally {
    await server.close();
  }
}

interface World {
  now: number;
  readonly verdicts: readonly VerdictRecord[];
  readonly records: readonly SecretRecord[];
  send(
    secret: string,
    tenant?: string,
  ): Promise<{ readonly status: number; readonly retryAfter: string | null; readonly text: string }>;
}

describe.each(['express4', 'express5', 'fastify', 'hono', 'node', 'next-app', 'next-pages'])('%s', async (name) => {
  const mount = await loadMount(name);

  it('takes the secrets of each tenant from a function, and refuses those of others and of nobody', async () => {
    const asked = vi.fn();
    const secrets: ReceiverOptions['secrets'] = async (head) => {
      const tenant = head.header('x-tenant');
      asked(tenant);
      await new Promise(setImmediate);
      if (tenant === 'down') throw new Error(`the vault is down, and its token is ${OLD}`);
      return tenant === 'made-up' ? undefined : { id: 'key', value: `${tenant}-${OLD}`, tenant: String(tenant) };
    };
    await serve(mount, secrets, async ({ send, verdicts }) => {
      const statuses = async (...sent: ReturnType<typeof send>[]) =>
        (await Promise.all(sent)).map(({ status }) => status);
      for (let turn = 0; turn < 3; turn++)
        expect(
          await statuses(
            send(`acme-${OLD}`, 'acme'),
            send(`globex-${OLD}`, 'globex'),
            send(`acme-${OLD}`, 'globex'),
            send(`acme-${OLD}`, 'made-up'),
          ),
        ).toEqual([200, 200, 401, 401]);
      expect(asked.mock.calls.flat().sort()).toEqual(['acme', 'globex', 'made-up']);
      const down = await send(`acme-${OLD}`, 'down');
      expect(down).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
      expect(down.text).not.toContain('vault');
      const { error, detail } = verdicts.find(({ reason }) => reason === 'secret-unavailable') ?? {};
      expect(String(error)).toContain('the vault is down');
      expect(detail).not.toContain(OLD);
      expect(verdicts.find(({ outcome }) => outcome === 'accepted')?.tenant).toMatch(/^(?:acme|globex)$/);
    });
  });

  it('refuses none of hundreds of deliveries while the secrets change under load, and the old one after it', async () => {
    let held = [{ id: 'old', value: OLD }];
    const secrets = secretsFrom(
      async () => {
        const answer = held;
        await new Promise(setImmediate);
        return answer;
      },
      { freshSeconds: 1 },
    );
    await serve(mount, secrets, async (world) => {
      const { send, records } = world;
      /** As the sender signs while it changes over: with these, in turns. */
      const load = async (signers: readonly string[], count: number) => {
        const statuses: number[] = [];
        let sent = 0;
        const sender = async () => {
          while (sent < count) {
            const signer = signers[sent++ % signers.length] as string;
            // A second passes in twenty deliveries: answers grow old while others are on their way.
            world.now += 50;
            statuses.push((await send(signer)).status);
          }
        };
        await Promise.all(Array.from({ length: 8 }, sender));
        return statuses.filter((status) => status !== 200);
      };
      expect(await load([OLD], 60)).toEqual([]);
      held = [
        { id: 'new', value: NEW },
        { id: 'old', value: OLD },
      ];
      expect(await load([NEW, OLD], 120)).toEqual([]);
      expect(await load([NEW], 40)).toEqual([]);
      held = [{ id: 'new', value: NEW }];
      world.now += 1000;
      expect((await send(OLD)).status).toBe(401);
      expect(await load([NEW], 40)).toEqual([]);
      expect((await send(OLD)).status).toBe(401);
      const changes = records.map(({ change, secretId }) => `${change} ${secretId}`);
      expect(changes).toContain('added new');
      expect(changes).toContain('removed old');
      expect(JSON.stringify(records)).not.toContain('test-secret');
    });
  });

  it('refuses a leaked secret at once when everything is to be forgotten, and serves old answers under the ceiling when the vault fails', async () => {
    let answer: () => string | Promise<string> = () => OLD;
    const secrets = secretsFrom(() => answer(), { freshSeconds: 60, staleSeconds: 120, timeoutMs: 50 });
    await serve(mount, secrets, async (world) => {
      const status = async (secret: string) => (await world.send(secret)).status;
      expect(await status(OLD)).toBe(200);
      answer = () => NEW;
      secrets.invalidate();
      expect([await status(OLD), await status(NEW)]).toEqual([401, 200]);
      for (const trouble of [() => Promise.reject(new Error('down')), () => new Promise<string>(() => undefined)]) {
        answer = trouble;
        world.now += 119_000;
        expect([await status(NEW), await status(OLD)]).toEqual([200, 503]);
        world.now += 1_000;
        expect([await status(NEW), await status(OLD)]).toEqual([503, 503]);
        answer = () => NEW;
        world.now += 1_000;
        expect([await status(NEW), await status(OLD)]).toEqual([200, 401]);
      }
    });
  });
});
