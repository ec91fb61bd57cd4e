// The drill, short: nothing is lost or doubled on any store, and what a judge must find, it finds.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { canStartPostgres } from './services/postgres.ts';
import { hasRedisServer } from './services/redis.ts';
import { type BreachKind, type Evidence, judge } from './src/drill/judge.ts';
import type { Line, Try } from './src/drill/ledger.ts';
import { makePlan, type PlanOptions } from './src/drill/plan.ts';
import { makeProfiles, PROFILE_NAMES } from './src/drill/profiles.ts';
import { type DrillOptions, runDrill } from './src/drill/run-drill.ts';

const DRILL = fileURLToPath(new URL('bin/drill.mjs', import.meta.url));

// Providers try again for a while after a drill's time, and its processes start on machines that do much else.
vi.setConfig({ testTimeout: 180_000 });

const SHORT: DrillOptions = {
  store: 'redis',
  seed: 11,
  seconds: 10,
  rate: 15,
  receivers: 2,
  profiles: PROFILE_NAMES,
  chaos: ['kill', 'restart', 'store'],
  killEvery: 2,
  handlerMs: 60,
  inTransaction: false,
};
const CALM = { ...SHORT, seconds: 4, chaos: [] } as const;

describe('on memory', () => {
  it('loses and doubles nothing while the clock is set wrong and back', async () => {
    const { breaches, counts } = await runDrill({ ...SHORT, store: 'memory', receivers: 1, chaos: ['clock'] });
    expect(breaches).toEqual([]);
    expect([...counts.values()].reduce((sum, { repeats }) => sum + repeats, 0)).toBeGreaterThan(0);
  });
});

describe.skipIf(!hasRedisServer())('on Redis', () => {
  it('loses and doubles nothing while receivers die and the store breaks', async () => {
    expect((await runDrill(SHORT)).breaches).toEqual([]);
  });

  it('lets nothing old in while two receivers disagree about the time', async () => {
    expect((await runDrill({ ...SHORT, seed: 12, chaos: ['clock', 'kill'] })).breaches).toEqual([]);
  });

  it('finds a receiver that acknowledges before the work: a death in between loses the event', async () => {
    const { breaches } = await runDrill({
      ...SHORT,
      seconds: 8,
      handlerMs: 600,
      chaos: ['kill'],
      flaw: 'acknowledges before the work',
    });
    expect(breaches.map(({ kind }) => kind)).toContain('lost');
  });

  it('finds a receiver that forgets its claims: a replay runs again', async () => {
    const { breaches } = await runDrill({ ...CALM, rate: 40, profiles: ['shopify'], flaw: 'forgets claims' });
    expect(breaches.map(({ kind }) => kind)).toContain('falsely accepted');
  });
});

describe.skipIf(!canStartPostgres())('on PostgreSQL', () => {
  it('repeats no effect that is written in the transaction of its claim, and loses none', async () => {
    const drill: DrillOptions = { ...SHORT, store: 'postgres', seed: 13, inTransaction: true };
    expect((await runDrill(drill)).breaches).toEqual([]);
  });
});

describe('the plan', () => {
  it('is the same for the same seed, and another for another', () => {
    const options: PlanOptions = { ...SHORT, chaos: ['kill', 'restart', 'store', 'clock'] };
    expect(makePlan(options)).toEqual(makePlan(options));
    expect(makePlan({ ...options, seed: 12 })).not.toEqual(makePlan(options));
  });

  it('leaves its other misfortunes as they are when one kind is left out', () => {
    const kills = (chaos: PlanOptions['chaos']) =>
      makePlan({ ...SHORT, chaos }).misfortunes.flatMap((one) => (one.what === 'kill' ? [one.atMs] : []));
    expect(kills(['kill'])).toEqual(kills(['kill', 'store', 'clock']));
    expect(kills(['kill']).length).toBeGreaterThan(2);
  });

  it('plans so many events as were asked for, and attacks of every kind', () => {
    const { events, attacks } = makePlan({ ...SHORT, rate: 50 });
    expect(events).toHaveLength(500);
    expect(new Set(attacks.map(({ kind }) => kind))).toEqual(new Set(['forgery', 'stranger', 'replay']));
    expect(new Set(events.map(({ profile }) => profile))).toEqual(new Set(PROFILE_NAMES));
  });
});

describe('the judge', () => {
  const start: Line = {
    at: 10,
    what: 'start',
    event: 'e',
    process: '0.1',
    run: 1,
    role: 'event',
    attempt: 1,
    previouslyStarted: false,
  };
  const done: Line = { ...start, at: 20, what: 'done' };
  const committed: Line = { ...start, at: 30, what: 'committed' };
  const failed: Line = { ...start, at: 20, what: 'failed' };
  const again: Line = { ...start, at: 90, process: '1.1', run: 7, attempt: 2, previouslyStarted: true };
  const answered: Try = {
    event: 'e',
    profile: 'stripe',
    role: 'event',
    number: 1,
    process: '0.1',
    sentAt: 0,
    endedAt: 40,
    result: 200,
  };
  const dead = { process: '0.1', at: 50 };

  function find(evidence: Partial<Evidence>): BreachKind[] {
    const whole: Evidence = {
      events: [{ id: 'e', profile: 'stripe', atMs: 0, firstTime: 'works' }],
      profiles: makeProfiles(),
      fates: new Map([['e', 'acknowledged']]),
      tries: [answered],
      lines: [start, done, committed],
      deaths: [],
      clocksWrong: false,
      effects: undefined,
      ...evidence,
    };
    return judge(whole).breaches.map(({ kind }) => kind);
  }
  const event = (profile: Try['profile']) => [{ id: 'e', profile, atMs: 0, firstTime: 'works' } as const];
  const exhausted = new Map([['e', 'exhausted' as const]]);

  it.each<[string, Partial<Evidence>]>([
    ['one run, done and committed', {}],
    ['a second run after the first has thrown', { lines: [start, failed, again, { ...again, what: 'done' }] }],
    ['a second run after the first has died', { lines: [start, done, again], deaths: [dead] }],
    ['a refusal for now', { tries: [{ ...answered, result: 503 }, answered] }],
    [
      'a connection that broke because its receiver died',
      { tries: [{ ...answered, result: 'reset' }], deaths: [dead] },
    ],
    ['a forgery that was refused', { tries: [{ ...answered, role: 'forgery', result: 401 }] }],
    [
      'an event whose sender does not try again',
      { events: event('github'), fates: new Map([['e', 'dropped']]), lines: [] },
    ],
    [
      'an event that nobody saw before it was stale',
      { events: event('liasonpay-unsigned-again'), fates: exhausted, lines: [] },
    ],
    ['a genuine event that grew old in a queue', { tries: [{ ...answered, result: 401, endedAt: 2_500 }] }],
    ['a replay that is stale', { tries: [{ ...answered, role: 'replay', result: 401 }] }],
    ['one row', { effects: new Map([['e', 1]]) }],
  ])('passes %s', (_what, evidence) => {
    expect(find(evidence)).toEqual([]);
  });

  it.each<[BreachKind, string, Partial<Evidence>]>([
    ['lost', 'an acknowledged event without its work', { lines: [start, committed] }],
    ['lost', 'an event whose sender has given up', { fates: exhausted, lines: [] }],
    [
      'lost',
      'an event that was claimed, and then taken for a stranger',
      { events: event('liasonpay-unsigned-again'), fates: exhausted, lines: [{ ...start, what: 'claimed' }] },
    ],
    ['lost', 'an acknowledged event without its row', { effects: new Map() }],
    ['doubled', 'a second run beside the first', { lines: [start, again, done] }],
    [
      'doubled',
      'a second run after a commit, though the first has died',
      { lines: [start, done, committed, again], deaths: [dead] },
    ],
    [
      'doubled',
      'a second run before the first failed',
      { lines: [start, again, { ...failed, at: 95 }, { ...again, at: 99, what: 'done' }] },
    ],
    ['doubled', 'a second run before the first died', { lines: [start, again, done], deaths: [{ ...dead, at: 95 }] }],
    [
      'untold',
      'a second run that took itself for the first',
      { lines: [start, failed, { ...again, attempt: 1, previouslyStarted: false }, done] },
    ],
    ['falsely accepted', 'a forged body', { lines: [start, done, committed, { ...again, forged: true }] }],
    [
      'falsely accepted',
      'a stranger',
      { lines: [start, done, committed, { ...again, event: 'other', role: 'stranger' }] },
    ],
    ['falsely accepted', 'a replay of what is done', { lines: [start, done, committed, { ...again, role: 'replay' }] }],
    ['wrong status', 'a 500', { tries: [{ ...answered, result: 500 }] }],
    ['wrong status', 'a forgery that was told yes', { tries: [{ ...answered, role: 'forgery' }] }],
    ['wrong status', 'a genuine event that was called stale', { tries: [{ ...answered, result: 401 }] }],
    ['wrong status', 'a connection that broke while its receiver lived', { tries: [{ ...answered, result: 'reset' }] }],
    ['wrong status', 'no answer', { tries: [{ ...answered, result: 'timeout' }] }],
    ['effects repeated', 'two rows', { effects: new Map([['e', 2]]) }],
  ])('finds as %s %s', (kind, _what, evidence) => {
    expect(find(evidence)).toEqual([kind]);
  });
});

describe('pnpm drill', () => {
  it('prints a table for a person, and one line of JSON for a machine', async () => {
    const options = [
      '--store',
      'memory',
      '--seconds',
      '2',
      '--rate',
      '10',
      '--seed',
      '3',
      '--chaos',
      'none',
      '--profile',
      'github,shopify',
    ];
    const told = await drill(...options);
    expect(told).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/github +\d+/) });
    expect(told.stdout).toMatch(/seed 3[\s\S]*lost: 0[\s\S]*0 breaches/);
    const { code, stdout } = await drill(...options, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      seed: 3,
      store: 'memory',
      breaches: [],
      counts: { github: {}, shopify: {} },
    });
  });

  it.each([
    [['--store', 'paper'], 'no such store'],
    [['--profile', 'nobody'], 'not known'],
    [['--chaos', 'rain'], 'not known'],
    [['--seconds', '0'], '--seconds'],
    [['--store', 'memory', '--chaos', 'kill'], 'dies with it'],
    [['--store', 'redis', '--in-transaction'], 'postgres'],
  ])('exits with 2 for %j', async (args, message) => {
    expect(await drill(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });
});

function drill(
  ...args: string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [DRILL, ...args], (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
