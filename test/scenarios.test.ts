// The scenarios of the corpus, played on every store, and the scenario tool's own checks.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sign } from '@postern/core';
import { stripe } from '@postern/core/providers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Ground } from './src/scenarios/place.ts';
import { hasPostgres } from './services/postgres.ts';
import { hasRedis } from './services/redis.ts';
import { openGround } from './src/scenarios/grounds.ts';
import { STORE_NAMES, type StoreName } from './src/stores/address.ts';
import { playScenario } from './src/scenarios/play.ts';
import { readScenario, type Scenario } from './src/scenarios/scenario.ts';

const CORPUS = fileURLToPath(new URL('corpus/sequences.dev.jsonl', import.meta.url));
const SCENARIOS = fileURLToPath(new URL('bin/scenarios.mjs', import.meta.url));

// Leases are really waited for, and processes started, on machines that do much else.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const SECRET = 'whsec_test_not_a_real_key_0000000000000000';
const NOW = 1_767_225_600;
let lines: readonly string[];
let folder: string;

beforeAll(async () => {
  lines = (await readFile(CORPUS, 'utf8')).trimEnd().split('\n');
  folder = await mkdtemp(join(tmpdir(), 'postern-scenarios-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A step that delivers one Stripe event, signed at a time of its own. */
async function step(at: number, more: object = {}, { id = 'evt_1', signedAt = NOW } = {}): Promise<object> {
  const body = JSON.stringify({ id, type: 'payment.made' });
  const headers = await sign(stripe(), { secret: SECRET, body, timestamp: signedAt });
  const request = { method: 'POST', url: '/hooks', headers, bodyBase64: Buffer.from(body).toString('base64') };
  return { at: NOW + at, request, handler: 'ok', ...more };
}

function scenario(steps: readonly object[], config: object = {}): Scenario {
  const fields = { id: 'own', provider: 'stripe', secrets: [SECRET], config, steps };
  return readScenario(Buffer.from(JSON.stringify(fields)));
}

/** Those that can be played on here; what is missing says so in one line, and fails in CI. */
const there: Readonly<Record<StoreName, () => Promise<boolean>>> = {
  memory: async () => true,
  redis: hasRedis,
  postgres: hasPostgres,
};
const known: StoreName[] = [];
for (const name of STORE_NAMES) if (await there[name]()) known.push(name);

describe.each(known)('on %s', (name) => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await openGround(name);
  });
  afterAll(() => ground.close());

  const play = async (steps: readonly object[], config: object = {}) =>
    (await playScenario(scenario(steps, config), ground)).outcomes;

  it('brings every scenario of the corpus to its outcomes', async () => {
    const differences: string[] = [];
    for (const line of lines) {
      const one = readScenario(Buffer.from(line));
      const { outcomes, ignored } = await playScenario(one, ground);
      expect(ignored).toEqual([]);
      for (const [at, { expected }] of one.steps.entries()) {
        const outcome = outcomes[at];
        if (outcome === undefined || !expected.includes(outcome)) differences.push(`${one.id} ${at}: ${outcome}`);
      }
    }
    expect(lines).toHaveLength(54);
    expect(differences).toEqual([]);
  });

  it('forgets an event when the hours it is kept for are over, and not before', async () => {
    const outcomes = await play(
      [
        await step(0),
        await step(3 * 3600 - 1, {}, { signedAt: NOW + 3 * 3600 }),
        await step(3 * 3600, {}, { signedAt: NOW + 3 * 3600 }),
        await step(3 * 3600 + 1, {}, { signedAt: NOW + 3 * 3600 }),
      ],
      { idempotencyHours: 3 },
    );
    expect(outcomes).toEqual(['run', 'duplicate', 'run', 'duplicate']);
  });

  it('takes a handler that outlasts its deadline for failed, and its late end for nothing', async () => {
    const outcomes = await play(
      [await step(0, { handler: 'hang:60000' }), await step(10, { concurrent: true }), await step(70), await step(71)],
      { handlerTimeoutSeconds: 30 },
    );
    expect(outcomes).toEqual(['retry-later', 'retry-later', 'run', 'duplicate']);
  });

  it('holds an event in its handler on one process against a copy on another, and no other event', async () => {
    const outcomes = await play([
      await step(0, { handler: 'hang:500' }),
      await step(0, { concurrent: true, process: 'B' }),
      await step(0, { concurrent: true, process: 'B' }, { id: 'evt_2' }),
      await step(1, { process: 'B' }),
    ]);
    expect(outcomes).toEqual(['run', 'retry-later', 'run', 'duplicate']);
  });

  it('runs an event once more that crashed on one process, on another, when its lease is over', async () => {
    const config = { store: 'redis', leaseSeconds: 3 };
    const outcomes = await play(
      [
        await step(0, { handler: 'crash' }),
        await step(2, { process: 'B' }),
        await step(2),
        await step(3, { process: 'B', handler: 'throw' }),
        await step(4, { restartBefore: true, handler: 'crash' }),
        await step(8),
      ],
      config,
    );
    expect(outcomes).toEqual(['crash', 'retry-later', 'retry-later', 'retry-later', 'crash', 'run']);
  });

  it('ends every run of a process that crashes, and not only the one that crashed', async () => {
    const outcomes = await play([
      await step(0, { handler: 'hang:300' }),
      await step(0, { handler: 'crash', concurrent: true }, { id: 'evt_2' }),
      await step(1, { process: 'B', handler: 'hang:600' }, { id: 'evt_3' }),
      await step(2),
    ]);
    expect(outcomes).toEqual(['crash', 'crash', 'run', 'retry-later']);
  });

  it('refuses with a retry while the store is down, and knows what is done when it is back', async () => {
    const outcomes = await play([
      await step(0),
      await step(1, { store: 'down' }),
      await step(2, { store: 'down', process: 'B' }, { id: 'evt_2' }),
      await step(3, { process: 'B' }),
      await step(4, {}, { id: 'evt_2' }),
    ]);
    expect(outcomes).toEqual(['run', 'retry-later', 'retry-later', 'duplicate', 'run']);
  });

  it('follows what a scenario assumes of the receiver', async () => {
    const open = { storeFailure: 'open', tenant: 'shop-1', endpoint: 'orders', eventId: 'body.type' };
    const outcomes = await play(
      [await step(0, { store: 'down' }), await step(1), await step(2, {}, { id: 'evt_2' })],
      open,
    );
    expect(outcomes).toEqual(['run', 'run', 'duplicate']);
    const narrow = { toleranceSeconds: 10, futureToleranceSeconds: 60 };
    expect(await play([await step(-60), await step(-61), await step(10), await step(11)], narrow)).toEqual([
      'run',
      'reject',
      'duplicate',
      'reject',
    ]);
  });

  it('rejects everything where the secrets are such that an application would not start', async () => {
    expect(await play([await step(0), await step(1, { secrets: [''] }), await step(2, { secrets: [SECRET] })])).toEqual(
      ['run', 'reject', 'duplicate'],
    );
  });

  it('keeps a scenario apart from the one before', async () => {
    expect(await play([await step(0)])).toEqual(['run']);
    expect(await play([await step(0)])).toEqual(['run']);
  });
});

describe('pnpm scenarios', () => {
  it('prints one JSON line a scenario, and exits with 0 when all were played', async () => {
    const file = await fileOf(lines.slice(0, 2));
    const { code, stdout, stderr } = await scenarios(file, '--json');
    expect(stdout.trimEnd().split('\n')).toEqual([
      '{"id":"liasonpay-replay-exact","outcomes":["run","duplicate","duplicate"]}',
      '{"id":"liasonpay-throw-then-retry","outcomes":["retry-later","run","duplicate"]}',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('tells a person which steps came out otherwise than expected, and exits with 1', async () => {
    const [first = '', second = ''] = lines;
    const file = await fileOf([first.replaceAll('"duplicate"', '"run"'), second]);
    const { code, stdout } = await scenarios(file, '--store', 'memory');
    expect(stdout).toContain('liasonpay-replay-exact  step 2: duplicate, expected run');
    expect(stdout).toContain('liasonpay-replay-exact  step 3: duplicate, expected run');
    expect(stdout).toMatch(/memory: 2 played, 0 failed, 1 wrong/);
    expect(code).toBe(1);
    expect((await scenarios(file, '--json')).code).toBe(0);
  });

  it('passes over what it does not know of a scenario’s assumptions, and says so', async () => {
    const file = await fileOf([JSON.stringify({ ...JSON.parse(lines[0] ?? ''), config: { moonPhase: 3 } })]);
    expect(await scenarios(file)).toMatchObject({ code: 0, stderr: expect.stringContaining('config.moonPhase') });
  });

  it('exits with 1 when a scenario could not be played, and plays the others', async () => {
    const [first = '', second = ''] = lines;
    const strange = JSON.stringify({ ...JSON.parse(first), provider: 'nobody' });
    const half = '{"id":"half"}';
    const { code, stdout, stderr } = await scenarios(await fileOf([strange, half, second]), '--json');
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain('line 1 (liasonpay-replay-exact): provider');
    expect(stderr).toContain('line 2: steps');
    expect(code).toBe(1);
  });

  it('exits with 2 for misuse', async () => {
    const file = await fileOf(lines.slice(0, 1));
    expect(await scenarios(file, '--store', 'paper')).toMatchObject({ code: 2, stdout: '' });
    expect(await scenarios()).toMatchObject({ code: 2, stderr: expect.stringContaining('usage: pnpm scenarios') });
    expect(await scenarios(join(folder, 'nothing'))).toMatchObject({ code: 2 });
    expect(await scenarios(await fileOf([]))).toMatchObject({ code: 2 });
  });

  async function fileOf(rows: readonly string[]): Promise<string> {
    const file = join(folder, `${Math.random()}.jsonl`);
    await writeFile(file, rows.join('\n'));
    return file;
  }
});

describe('what it reads', () => {
  it.each([
    ['no steps', { steps: [] }, /steps/],
    ['a clock that is no number', { steps: [{ at: 'noon', request: {} }] }, /steps\[0\]\.at/],
    ['a handler nobody knows', { steps: [{ at: 1, request: { headers: [], body: '' }, handler: 'dance' }] }, /handler/],
    ['an outcome nobody knows', { steps: [{ at: 1, request: { headers: [], body: '' }, outcome: 'ok' }] }, /outcome/],
    ['secrets that are no list', { secrets: 'one' }, /secrets/],
  ])('refuses %s', (_what, fields, message) => {
    const whole = {
      id: 'x',
      provider: 'stripe',
      secrets: [SECRET],
      steps: [{ at: 1, request: { headers: [], body: '' } }],
    };
    expect(() => readScenario(Buffer.from(JSON.stringify(whole)))).not.toThrow();
    expect(() => readScenario(Buffer.from(JSON.stringify({ ...whole, ...fields })))).toThrow(message);
  });
});

function scenarios(
  ...args: string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [SCENARIOS, ...args], (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
