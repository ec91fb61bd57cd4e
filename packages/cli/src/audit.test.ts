import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditFlags, audit } from './audit.ts';
import { readMoment } from './audit-time.ts';

const NOW = Date.parse('2026-01-31T12:00:00Z');
const DAY = 86_400_000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-audit-'));
});
afterEach(() => rm(folder, { recursive: true }));

type Line = Readonly<Record<string, unknown>>;
const at = (daysAgo: number) => new Date(NOW - daysAgo * DAY).toISOString();
const verdict = (instance: string, daysAgo: number, rest: Line = {}): Line => ({
  audit: 'verdict',
  at: at(daysAgo),
  instance,
  kind: 'genuine',
  outcome: 'accepted',
  provider: 'acme',
  endpoint: 'orders',
  secretId: 'A',
  eventId: `evt_${instance}`,
  eventType: 'payment.paid',
  attempt: 1,
  authentic: true,
  clientAddress: '203.0.113.0/24',
  ...rest,
});
const settled = (instance: string, outcome = 'committed', rest: Line = {}): Line => ({
  audit: 'settled',
  at: at(0),
  instance,
  outcome,
  provider: 'acme',
  endpoint: 'orders',
  attempt: 1,
  ...rest,
});
const refused = (reason: string, rest: Line = {}): Line =>
  verdict(`r-${Math.random()}`, 1, { kind: 'forged', outcome: 'rejected', reason, secretId: undefined, ...rest });

const jsonl = (lines: readonly Line[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

async function file(content: string | Uint8Array | readonly Line[], name = 'audit.jsonl'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, Array.isArray(content) ? jsonl(content) : (content as string | Uint8Array));
  return path;
}

/** What the command said, and how it would end. */
async function run(files: readonly string[], flags: AuditFlags = {}) {
  const said = { out: [] as string[], err: [] as string[] };
  const speak = (lines: string[]) => ({ gone: false, line: async (text: string) => void lines.push(text) });
  const code = await audit(files, flags, { out: speak(said.out), err: speak(said.err) }, NOW);
  return { code, out: said.out.join('\n'), err: said.err.join('\n') };
}

// biome-ignore lint/suspicious/noExplicitAny: the report is looked at as whoever reads its JSON does.
const report = async (files: readonly string[], flags: AuditFlags): Promise<any> =>
  JSON.parse((await run(files, { ...flags, json: true })).out);

describe('postern audit --secret', () => {
  it('tells each event that the secret let in, and how its run ended', async () => {
    const log = await file([
      verdict('1', 5),
      settled('1'),
      verdict('2', 4, { secretId: 'B' }),
      settled('2'),
      verdict('3', 3, { attempt: 2, tenant: 'shop' }),
      settled('3', 'released', { reason: 'handler-failed' }),
      verdict('4', 2),
      verdict('5', 2, { outcome: 'answered', kind: 'duplicate' }),
      verdict('6', 2, { outcome: 'rejected', kind: 'stale', reason: 'stale' }),
    ]);
    const found = await report([log], { secret: 'A' });
    expect(found.events).toEqual([
      expect.objectContaining({ instance: '1', eventId: 'evt_1', attempt: 1, settled: 'committed', at: at(5) }),
      expect.objectContaining({ instance: '3', tenant: 'shop', attempt: 2, settled: 'handler-failed' }),
      expect.objectContaining({ instance: '4' }),
    ]);
    expect(found.events[2]).not.toHaveProperty('settled');
    expect(found).toMatchObject({
      kinds: { genuine: 3, duplicate: 1, stale: 1 },
      first: at(5),
      last: at(2),
      clientAddresses: { '203.0.113.0/24': 5 },
    });
  });

  it('counts what observe let through as let in, and says what it would have been refused for', async () => {
    const log = await file([verdict('1', 1, { outcome: 'rejected', kind: 'stale', reason: 'stale', enforced: false })]);
    expect((await report([log], { secret: 'A' })).events).toMatchObject([{ instance: '1', observed: 'stale' }]);
  });

  it('takes the period as it is given, both ends included', async () => {
    const log = await file([verdict('1', 3), verdict('2', 2), verdict('3', 1), verdict('4', 0)]);
    const ids = async (flags: AuditFlags) =>
      (await report([log], { secret: 'A', ...flags })).events.map(({ instance }: Line) => instance);
    expect(await ids({ since: '2d' })).toEqual(['2', '3', '4']);
    expect(await ids({ since: '2d', until: '24h' })).toEqual(['2', '3']);
    expect(await ids({ until: at(3) })).toEqual(['1']);
    expect(await ids({ since: '2026-01-30' })).toEqual(['3', '4']);
  });

  it('tells what was refused beside it, at the endpoints where it was used and in that period', async () => {
    const log = await file([
      verdict('1', 1),
      refused('bad-signature'),
      refused('bad-signature'),
      refused('stale', { secretId: 'B' }),
      refused('bad-signature', { endpoint: 'elsewhere' }),
      refused('bad-signature', { at: at(9) }),
    ]);
    expect((await report([log], { secret: 'A', since: '2d' })).beside).toEqual({
      orders: { 'bad-signature': 2, stale: 1 },
    });
  });

  it('reads one endpoint alone where that is asked, since ids may repeat', async () => {
    const log = await file([verdict('1', 1), verdict('2', 1, { endpoint: 'refunds' })]);
    const found = await report([log], { secret: 'A', endpoint: 'refunds' });
    expect(found.events).toMatchObject([{ instance: '2' }]);
  });

  it('joins rotated files, compressed or not, whatever their order, and counts no copy twice', async () => {
    const older = await file(gzipSync(jsonl([verdict('1', 3), verdict('2', 2)])), 'audit.jsonl.1.gz');
    const newer = await file([settled('1'), settled('2', 'uncommitted'), verdict('3', 1), settled('3')]);
    for (const files of [
      [older, newer],
      [newer, older],
      [newer, older, newer],
    ]) {
      const found = await report(files, { secret: 'A' });
      expect(found.events.map(({ settled: how }: Line) => how)).toEqual(['committed', 'uncommitted', 'committed']);
      expect(found.kinds).toEqual({ genuine: 3 });
    }
  });

  it('counts what was refused beside it, changed and lost once in files that overlap', async () => {
    const lines = [
      verdict('1', 1),
      refused('bad-signature'),
      { audit: 'secret', at: at(1), endpoint: 'orders', secretId: 'A', change: 'removed' },
      { audit: 'lost', at: at(1), count: 12 },
    ];
    const log = await file(lines);
    const copy = await file([...lines, refused('stale')], 'audit.jsonl.1');
    const found = await report([log, copy], { secret: 'A' });
    expect(found).toMatchObject({ beside: { orders: { 'bad-signature': 1, stale: 1 } }, lost: 12 });
    expect(found.changes).toHaveLength(1);
  });

  it('does not take a late end for the end', async () => {
    const log = await file([
      verdict('1', 1),
      settled('1', 'released', { reason: 'handler-timeout' }),
      settled('1', 'late'),
    ]);
    expect((await report([log], { secret: 'A' })).events).toMatchObject([{ settled: 'handler-timeout' }]);
  });

  it('tells what became of the secret', async () => {
    const change = {
      audit: 'secret',
      at: at(1),
      provider: 'acme',
      endpoint: 'orders',
      secretId: 'A',
      change: 'removed',
    };
    const log = await file([change, { ...change, secretId: 'B' }]);
    expect((await report([log], { secret: 'A' })).changes).toEqual([
      { at: at(1), endpoint: 'orders', change: 'removed' },
    ]);
    expect((await run([log], { secret: 'A' })).out).toMatch(/changed +\S+ removed \(orders\)/);
  });

  it('says for a person what it found, or that it found nothing', async () => {
    const log = await file([verdict('1', 1), settled('1'), refused('bad-signature')]);
    const { code, out, err } = await run([log], { secret: 'A', since: '7d' });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Secret A, since 2026-01-24T12:00:00\.000Z: 1 delivery let in\.\n/);
    expect(out).toMatch(/2026-01-30T12:00:00\.000Z +orders +evt_1 +payment\.paid +1 +committed +203\.0\.113\.0\/24\n/);
    expect(out).toMatch(/refused beside it +orders: bad-signature 1\n/);
    const nothing = await run([log], { secret: 'A', since: '1h' });
    expect(nothing).toMatchObject({ code: 0, out: expect.stringMatching(/nothing was let in/) });
    expect(nothing.out).toMatch(/^used +never$/m);
  });

  it('says never of an id that the records know, and of no other: a mistyped one may be in use', async () => {
    const change = { audit: 'secret', at: at(9), endpoint: 'orders', secretId: 'CHANGED', change: 'removed' };
    const log = await file([verdict('1', 9), verdict('2', 1, { secretId: 'STRIPE_SECRET' }), change]);
    for (const secret of ['A', 'CHANGED'])
      expect((await run([log], { secret, since: '3d' })).out).toMatch(/^used +never$/m);
    await expect(run([log], { secret: 'STRIPE_SECRTE', since: '3d' })).rejects.toMatchObject({
      name: 'Misuse',
      message: '--secret: no record of these files carries this id. Ids in them: STRIPE_SECRET, A, CHANGED.',
    });
    const nameless = await file([refused('bad-signature')], 'nameless.jsonl');
    await expect(run([nameless], { secret: 'A' })).rejects.toThrow(/Ids in them: none\.$/);
    expect((await run([await file('', 'empty.jsonl')], { secret: 'A' })).out).not.toMatch(/never/);
  });

  it('knows an endpoint by its records, whatever their time', async () => {
    const log = await file([verdict('1', 9), verdict('2', 1, { endpoint: 'refunds' })]);
    expect(await run([log], { endpoint: 'orders', since: '3d' })).toMatchObject({ code: 0, out: 'No delivery.' });
    for (const flags of [{}, { secret: 'A' }])
      await expect(run([log], { ...flags, endpoint: 'refund' })).rejects.toThrow(
        /^--endpoint: no record of these files carries this endpoint\. Endpoints in them: refunds, orders\.$/,
      );
  });

  it('shows a terminal no control character of the file', async () => {
    const evil = '\u001b[2Jevt\u202e';
    const log = await file([verdict('1', 1, { eventId: evil, endpoint: evil, clientAddress: evil, tenant: evil })]);
    const { out } = await run([log], { secret: 'A' });
    expect(out).toContain('\\u001b[2Jevt\\u202e');
    expect(out).not.toMatch(/[\p{Cc}\p{Cf}](?<!\n)/u);
    expect((await run([log])).out).not.toMatch(/[\p{Cc}\p{Cf}](?<!\n)/u);
  });
});

describe('postern audit of files that are not whole', () => {
  it('reads past torn and foreign lines, and says how many there were', async () => {
    const torn = jsonl([verdict('1', 1)]).slice(0, 60);
    const lines = ['', 'null', '[]', '{"audit":"verdict"}', '{"audit":"other","at":"2026-01-01T00:00:00Z"}', '\u0000'];
    const log = await file(
      `${jsonl([verdict('0', 1)])}${lines.join('\n')}\n${torn}\n${jsonl([verdict('2', 1)])}${torn}`,
    );
    const { code, err } = await run([log], { secret: 'A' });
    expect({ code, err }).toEqual({ code: 0, err: 'postern: 7 lines could not be read.' });
    const found = await report([log], { secret: 'A' });
    expect(found.events).toMatchObject([{ instance: '0' }, { instance: '2' }]);
    expect(found).toMatchObject({ read: 2, unreadable: 7, lost: 0 });
  });

  it('reads a compressed file that was cut off as far as it goes', async () => {
    const many = Array.from({ length: 2000 }, (_, index) => verdict(`${index}-${Math.random()}`, 1));
    const zipped = gzipSync(jsonl(many));
    const log = await file(zipped.subarray(0, zipped.length - 2000), 'audit.jsonl.gz');
    const found = await report([log], { secret: 'A' });
    expect(found.events.length).toBeGreaterThan(100);
    expect(found.events.length).toBeLessThan(2000);
    expect(found.unreadable).toBeGreaterThan(0);
  });

  it('says that records were lost', async () => {
    const log = await file([verdict('1', 1), { audit: 'lost', at: at(1), count: 12 }]);
    expect((await run([log], { secret: 'A' })).err).toBe('postern: 12 records were lost, and may be missing here.');
  });

  it('takes an empty log for one in which nothing happened', async () => {
    expect(await run([await file('')], { secret: 'A' })).toMatchObject({ code: 0, err: '' });
    expect(await run([await file('')])).toMatchObject({ code: 0, out: 'No delivery.' });
  });

  it.each([
    ['a file that is none', ['missing.jsonl'], {}, /no such file/],
    ['no audit log', ['other.txt'], {}, /no line of an audit log/],
    ['a time that is none', ['audit.jsonl'], { since: 'yesterday' }, /--since: give/],
    ['a period that is none', ['audit.jsonl'], { since: '1d', until: '2d' }, /--until is before/],
    ['a secret’s value', ['audit.jsonl'], { secret: 'whsec_marker' }, /never its value/],
    ['standard input twice', ['-', '-'], {}, /give it once/],
  ])('is misuse with %s', async (_name, files, flags, message) => {
    await file([verdict('1', 1)]);
    await file('hello\nworld\n', 'other.txt');
    const paths = files.map((name) => (name === '-' ? name : join(folder, name)));
    const ended = run(paths, flags);
    await expect(ended).rejects.toMatchObject({ name: 'Misuse', message: expect.stringMatching(message) });
    await expect(ended).rejects.not.toMatchObject({ message: expect.stringContaining('marker') });
  });
});

describe('postern audit without a secret', () => {
  it('counts by endpoint and kind, and tells which secrets were used and when', async () => {
    const log = await file([
      verdict('1', 3),
      settled('1'),
      verdict('2', 2, { secretId: 'B', endpoint: '__proto__' }),
      refused('bad-signature'),
      refused('missing-signature'),
    ]);
    const found = await report([log], {});
    expect(Object.keys(found.endpoints)).toEqual(['__proto__', 'orders']);
    expect(found.endpoints.orders).toEqual({
      kinds: { forged: 2, genuine: 1 },
      reasons: { 'bad-signature': 1, 'missing-signature': 1 },
      settled: { committed: 1 },
    });
    expect(found.secrets).toEqual([
      { secret: 'B', endpoint: '__proto__', accepted: 1, first: at(2), last: at(2) },
      { secret: 'A', endpoint: 'orders', accepted: 1, first: at(3), last: at(3) },
    ]);
    // A copy of the log, which goes on for longer.
    const longer = await file([verdict('1', 3), settled('1'), settled('1', 'late'), verdict('3', 1)], 'audit.jsonl.1');
    const both = await report([log, longer], {});
    expect(both.endpoints.orders).toEqual({
      kinds: { forged: 2, genuine: 2 },
      reasons: { 'bad-signature': 1, 'missing-signature': 1 },
      settled: { committed: 1, late: 1 },
    });
    expect(both.secrets).toContainEqual({ secret: 'A', endpoint: 'orders', accepted: 2, first: at(3), last: at(1) });
    expect(both).toMatchObject({ read: 9 });
    const { out } = await run([log]);
    expect(out).toMatch(/^endpoint +kinds +reasons +runs$/m);
    expect(out).toMatch(/^orders +forged 2, genuine 1 +bad-signature 1, missing-signature 1 +committed 1$/m);
    expect(out).toMatch(/^A +orders +1 +2026-01-28/m);
  });
});

describe('postern audit of an endpoint that observes', () => {
  it('counts what was let through as let in, and not as refused', async () => {
    const log = await file([
      verdict('1', 3, { outcome: 'rejected', kind: 'elsewhere', reason: 'source-not-allowed', enforced: false }),
      verdict('2', 2, { outcome: 'answered', kind: 'duplicate', enforced: false }),
      verdict('3', 2),
      verdict('4', 1, { outcome: 'answered', kind: 'duplicate' }),
      verdict('5', 1, { outcome: 'rejected', kind: 'stale', reason: 'stale' }),
    ]);
    expect((await report([log], {})).secrets).toMatchObject([{ secret: 'A', accepted: 3 }]);
    const { out } = await run([log]);
    expect(out).toMatch(/^secret +endpoint +let in /m);
    expect(out).toMatch(/^A +orders +3 /m);
    expect(out).not.toContain('refused for');
  });
});

describe('a moment', () => {
  it.each([
    ['30m', '2026-01-31T11:30:00.000Z'],
    ['2h', '2026-01-31T10:00:00.000Z'],
    ['7d', '2026-01-24T12:00:00.000Z'],
    ['2w', '2026-01-17T12:00:00.000Z'],
    ['2026-01-30', '2026-01-30T00:00:00.000Z'],
    ['2026-01-30T10:00:00+02:00', '2026-01-30T08:00:00.000Z'],
    ['2026-01-30T10:00Z', '2026-01-30T10:00:00.000Z'],
  ])('%s is %s', (text, iso) => expect(new Date(readMoment('--since', text, NOW)).toISOString()).toBe(iso));

  it.each(['', '2', 'h', '2 h', '-2h', '2y', '2026-02-30', '2026-13-01', '2026-01-30T10:00:00', '1767225600', 'now'])(
    '%j is none',
    (text) => expect(() => readMoment('--since', text, NOW)).toThrow(/--since: give/),
  );
});
