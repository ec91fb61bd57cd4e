// Ten thousand mixed deliveries, logged by pino and measured by OpenTelemetry as the examples do it: every byte that was logged, exposed,
// warned of or answered is searched for secrets, for the signatures that they make, and for what is private in the bodies.
import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStore, type StandardSchema } from '@postern/core';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureDeliveries } from '../../examples/observability-opentelemetry/src/measure-deliveries.ts';
import { exposeMetrics } from '../../examples/observability-opentelemetry/src/metrics.ts';
import { logDeliveries, loggerTo, openLog } from '../../examples/observability-pino/src/log-deliveries.ts';
import { createScan, leaksIn, type Needle, needlesOf, secretNeedles } from '../leak-scan.ts';
import { type Mounted, OTHER_SECRET, type Parcel, startSite } from './rig.ts';

const SECRET = 'postern-canary-key-of-this-endpoint-0123456789';
const OLD_SECRET = 'postern-canary-key-before-the-rotation-98765';
/** Of ten deliveries each. */
const ROUNDS = Number(process.env.POSTERN_ROUNDS ?? 1000);
const NOW = Math.floor(Date.now() / 1000);

/** A delivery, and all that must not be seen of it. */
interface Fixture {
  readonly parcel: Parcel;
  readonly needles: readonly Needle[];
}

/** Signed as LiasonPay defines it, without any code of ours. */
function fixture(n: number, settings: { secret?: string; time?: number; path?: string; send?: string } = {}): Fixture {
  const { secret = SECRET, time = NOW, path = '/', send } = settings;
  // What is private of one delivery begins like that of no other.
  const mark = createHash('sha256').update(`private ${n}`).digest('hex').slice(0, 12);
  const hidden = {
    name: `${mark} Zoë Testperson`,
    card: `${BigInt(`0x${mark}`)}`.padStart(16, '4'),
    email: `${mark}.private@example.test`,
    note: `${mark}\t"quoted"\nand private`,
  };
  const body = JSON.stringify({ event_type: 'charge.completed', data: { id: `ch_${n}` }, private: hidden });
  const signed = (key: string) => createHmac('sha256', key).update(`${time}.${body}`).digest();
  const headers = { 'liasonpay-signature': `t=${time},v1=${signed(secret).toString('hex')}` };
  return {
    parcel: { path, body: send ?? body, headers: { ...headers, 'content-type': 'application/json' } },
    needles: [
      ...Object.entries(hidden).flatMap(([field, text]) => needlesOf(`private.${field} of ${n}`, Buffer.from(text))),
      // What was sent, and what each secret of ours makes of it.
      ...[secret, SECRET, OLD_SECRET].flatMap((key) => needlesOf(`a signature of ${n}`, signed(key))),
    ],
  };
}

const SECRETS: readonly Needle[] = [
  ...secretNeedles('the secret', SECRET),
  ...secretNeedles('the old secret', OLD_SECRET),
];

/** What deliveries come to: one that is well, and those that fail with all they know in their message. */
function mounts(hooks: NonNullable<Mounted['options']>): readonly Mounted[] {
  const secrets = [
    { id: 'current', value: SECRET },
    { id: 'old', value: OLD_SECRET },
  ];
  const tell = (body: string) =>
    `${SECRET} ${OLD_SECRET} ${createHmac('sha256', SECRET).update(body).digest('hex')} ${body}`;
  const down = () => Promise.reject(Object.assign(new Error(tell('redis')), { command: tell('claim') }));
  const picky: StandardSchema = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) => ({ issues: [{ message: tell(JSON.stringify(value)), path: ['private', 'card'] }] }),
    },
  };
  const options = { secrets, store: memoryStore(), ...hooks };
  return [
    { options },
    {
      path: '/failing',
      options: { ...options, endpoint: 'failing' },
      handler: (delivery) => {
        const { name } = delivery.json<{ private: { name: string } }>().private;
        const error = Object.assign(new Error(tell(delivery.text()), { cause: new Error(name) }), {
          name,
          body: delivery.body,
        });
        error.stack = tell(delivery.text());
        // Programs throw anything.
        throw Number(delivery.body.byteLength) % 2 ? error : tell(name);
      },
    },
    {
      path: '/storeless',
      options: { ...options, endpoint: 'storeless', store: { claim: down, complete: down, release: down } },
    },
    { path: '/picky', options: { ...options, endpoint: 'picky', schema: picky } as NonNullable<Mounted['options']> },
    { path: '/parsed', before: [express.json()], options: { ...options, endpoint: 'parsed' } },
    {
      path: '/over',
      options: { ...options, endpoint: 'over', secrets: [{ id: 'over', value: SECRET, notAfter: '2020-01-01' }] },
    },
  ];
}

/** Ten of a kind each: genuine, by the old secret, a repeat, forged, malformed, stale, changed, and three that fail for a reason of ours. */
function roundOf(round: number): readonly Fixture[] {
  const n = round * 10;
  const genuine = fixture(n);
  const malformed = fixture(n + 4);
  const ours = ['/storeless', '/picky', '/parsed', '/over'][round % 4] ?? '/';
  return [
    genuine,
    genuine,
    fixture(n + 1, { secret: OLD_SECRET }),
    fixture(n + 2, { secret: OTHER_SECRET }),
    {
      ...malformed,
      parcel: { ...malformed.parcel, headers: { 'liasonpay-signature': `t=${NOW},v1=${n} ${'z'.repeat(9)}` } },
    },
    fixture(n + 5, { time: NOW - 86_400 }),
    fixture(n + 6, { send: `{"event_type":"changed","private":${n}}` }),
    fixture(n + 7, { path: '/failing' }),
    fixture(n + 8, { path: '/failing' }),
    fixture(n + 9, { path: ours }),
  ];
}

describe('of ten thousand deliveries', () => {
  const folder = mkdtempSync(join(tmpdir(), 'postern-leaks-'));
  const statuses = new Map<number, number>();
  const warnings: string[] = [];
  const needles = [...SECRETS];
  let logged = '';
  let answered = '';
  let exposed = '';

  beforeAll(async () => {
    const hear = (warning: Error) => void warnings.push(`${warning.name} ${warning.message} ${warning.stack}`);
    process.on('warning', hear);
    const log = openLog({ to: join(folder, 'webhooks.log'), onLost: (error) => expect.fail(String(error)) });
    const metrics = await exposeMetrics({ host: '127.0.0.1', port: 0 });
    const stop = measureDeliveries(metrics.meter);
    const site = await startSite(...mounts(logDeliveries(log.logger)));
    const answers: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const fixtures = roundOf(round);
      for (const one of fixtures) needles.push(...one.needles);
      const received = await Promise.all(fixtures.map(({ parcel }) => site.send(parcel)));
      for (const { status, headers, text } of received) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        answers.push(`${JSON.stringify(headers)} ${text}`);
      }
    }
    exposed = await (await fetch(`http://127.0.0.1:${metrics.port}/metrics`)).text();
    stop();
    await site.close();
    await metrics.close();
    await log.close();
    await new Promise(setImmediate);
    process.off('warning', hear);
    logged = readFileSync(join(folder, 'webhooks.log'), 'utf8');
    answered = answers.join('\n');
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('all were answered, and logged, each kind of them', () => {
    expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(10 * ROUNDS);
    expect([...statuses.keys()].sort()).toEqual([200, 401, 500, 503]);
    const lines = logged.split('\n').filter(Boolean);
    const seen = new Map<string, number>();
    for (const line of lines) {
      const { webhook, reason = '' } = JSON.parse(line) as { webhook: string; reason?: string };
      seen.set(`${webhook} ${reason}`, (seen.get(`${webhook} ${reason}`) ?? 0) + 1);
    }
    // A repeat may find the first still being handled.
    expect((seen.get('duplicate ') ?? 0) + (seen.get('duplicate in-flight') ?? 0)).toBe(ROUNDS);
    expect(seen.get('genuine ')).toBe(4 * ROUNDS);
    for (const [kind, count] of [
      ['settled ', 2 * ROUNDS],
      ['settled handler-failed', 2 * ROUNDS],
      ['forged bad-signature', 2 * ROUNDS],
      ['forged malformed-signature', ROUNDS],
      ['stale stale', ROUNDS],
      ['ours store-unavailable', ROUNDS / 4],
      ['ours invalid-payload', ROUNDS / 4],
      ['ours misconfigured', ROUNDS / 4],
      ['ours secret-unavailable', ROUNDS / 4],
    ] as const)
      expect(seen.get(kind), kind).toBe(count);
    expect(exposed).toContain('postern_deliveries_total');
    expect(warnings.join()).toContain('PosternWarning');
  });

  it('no byte that was logged, exposed, warned of or answered is a secret, a signature or private', () => {
    const scan = createScan(needles);
    for (const [where, hay] of Object.entries({ logged, answered, exposed, warnings: warnings.join('\n') })) {
      expect(hay.length, where).toBeGreaterThan(100);
      expect(scan(hay).slice(0, 5), where).toEqual([]);
    }
  }, 120_000);

  it('one leak of any kind would be found, wherever it stood', () => {
    const scan = createScan(needles);
    const { parcel, needles: hidden } = fixture(730);
    const body = String(parcel.body);
    const { name, card, email, note } = (JSON.parse(body) as { private: Readonly<Record<string, string>> }).private;
    const mac = createHmac('sha256', SECRET).update(`${NOW}.${body}`).digest();
    const planted: Readonly<Record<string, string>> = {
      secret: SECRET,
      'secret in capitals': OLD_SECRET.toUpperCase(),
      'secret in base64': Buffer.from(SECRET).toString('base64'),
      'MAC in hex': mac.toString('hex'),
      'MAC in capital hex': mac.toString('hex').toUpperCase(),
      'MAC in base64': mac.toString('base64'),
      'MAC in base64url': mac.toString('base64url'),
      name: `${name}`,
      card: `${card}`,
      'e-mail in a URL': encodeURIComponent(`${email}`),
      'note in JSON': JSON.stringify(note),
    };
    expect(hidden.length).toBeGreaterThan(20);
    for (const [kind, leak] of Object.entries(planted))
      for (const hay of [logged, exposed])
        for (const at of [0, Math.floor(hay.length / 2), hay.length])
          expect(scan(`${hay.slice(at - 500, at)}${leak}${hay.slice(at, at + 500)}`), kind).not.toEqual([]);
    // What a needle begins with is no leak yet.
    expect(scan(`${SECRET.slice(0, -1)} ${mac.toString('hex').slice(0, 40)}`)).toEqual([]);
  });

  it('a logger that says what errors say would be found out', async () => {
    const written: string[] = [];
    const careless = loggerTo({ write: (line) => void written.push(line) });
    const site = await startSite(
      ...mounts({
        onVerdict: ({ error }) => careless.error(error),
        onSettled: (record) => careless.error({ err: record.error }),
      }),
    );
    const some = [fixture(1, { path: '/failing' }), fixture(2, { path: '/storeless' })];
    for (const { parcel } of some) await site.send(parcel);
    await site.close();
    const found = createScan([...SECRETS, ...some.flatMap((one) => one.needles)])(written.join());
    for (const what of ['the secret', 'private.name of 1', 'private.card of 1'])
      expect(
        found.some((one) => one.startsWith(what)),
        what,
      ).toBe(true);
  });
});

describe('the fast scan', () => {
  it('finds what the plain one finds', () => {
    const needles = Array.from({ length: 50 }, (_, n) => fixture(n).needles).flat();
    const hays = needles.slice(0, 200).map(({ text }, index) => `${'x'.repeat(index)}${text}${index}`);
    const scan = createScan(needles);
    // Whatever the case of its letters, a form is found under one name.
    const subjects = (found: readonly string[]) => new Set(found.map((what) => what.replace(/ as .*/, '')));
    for (const hay of [...hays, 'nothing', '', 'short'])
      expect([...subjects(scan(hay))]).toEqual(expect.arrayContaining([...subjects(leaksIn(hay, needles))]));
    expect(scan('nothing at all')).toEqual([]);
  });
});
