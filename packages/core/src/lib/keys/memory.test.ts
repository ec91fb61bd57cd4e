import { beforeEach, describe, expect, it } from 'vitest';
import { type Answered, CEILING_MS, COOL_DOWN_MS, createMemory, type Memory, STRANGERS } from './memory.ts';

let now: number;
let asked: string[];
let memory: Memory<string>;
let answer: (name: string) => Answered<string>;

const HOUR = 3_600_000;
const known = (value: string): Answered<string> => ({ kind: 'known', value, freshMs: HOUR });
const recall = (name: string, isEnough?: (value: string) => boolean) =>
  memory.recall(
    name,
    async () => {
      asked.push(name);
      await Promise.resolve();
      return answer(name);
    },
    isEnough,
  );

beforeEach(() => {
  now = 1_000_000;
  asked = [];
  memory = createMemory(() => now);
  answer = () => known('key');
});

describe('what a vendor answered', () => {
  it('is asked for once, however many wait for it', async () => {
    const answers = await Promise.all(Array.from({ length: 1000 }, () => recall('a')));
    expect(asked).toEqual(['a']);
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['known']));
    await recall('a');
    expect(asked).toHaveLength(1);
    now += HOUR;
    await recall('a');
    expect(asked).toHaveLength(2);
  });

  it('is asked for again at most once in a cool-down where it does not hold what is looked for', async () => {
    await recall('set');
    for (let i = 0; i < 50; i++) expect(await recall('set', () => false)).toMatchObject({ kind: 'unknown' });
    expect(asked).toHaveLength(1);
    now += COOL_DOWN_MS;
    await Promise.all(Array.from({ length: 50 }, () => recall('set', () => false)));
    expect(asked).toHaveLength(2);
    answer = () => known('rotated');
    now += COOL_DOWN_MS;
    expect(await recall('set', (value) => value === 'rotated')).toMatchObject({ kind: 'known', value: 'rotated' });
  });

  it('is remembered where it was a denial, and where there was none', async () => {
    answer = () => ({ kind: 'unknown', detail: 'no' });
    for (let i = 0; i < 20; i++) expect(await recall('a')).toMatchObject({ kind: 'unknown' });
    answer = () => {
      throw new Error('down');
    };
    for (let i = 0; i < 20; i++) expect(await recall('b')).toMatchObject({ kind: 'unavailable' });
    expect(asked).toEqual(['a', 'b']);
  });

  it('is used while the vendor is away, and not for ever', async () => {
    await recall('a');
    answer = () => ({ kind: 'unavailable', detail: 'down' });
    now += 2 * HOUR;
    for (let i = 0; i < 20; i++) expect(await recall('a')).toMatchObject({ kind: 'known', value: 'key' });
    expect(asked).toHaveLength(2);
    now += CEILING_MS;
    expect(await recall('a')).toMatchObject({ kind: 'unavailable' });
  });

  it('is forgotten when the vendor takes it back', async () => {
    await recall('a');
    answer = () => ({ kind: 'unknown', detail: 'withdrawn' });
    now += HOUR;
    expect(await recall('a')).toMatchObject({ kind: 'unknown' });
  });
});

describe('a flood of names that nobody knows', () => {
  it('is not a flood of requests, and does not take away what is known', async () => {
    await recall('genuine');
    answer = () => ({ kind: 'unknown', detail: 'no' });
    const answers: Answered<string>[] = [];
    for (let i = 0; i < 1000; i++) answers.push(await recall(`forged-${i}`));
    expect(asked.length).toBe(STRANGERS.atOnce);
    // Nobody knows whether those were forgeries, so their senders are told to come again.
    expect(answers.at(-1)?.kind).toBe('unavailable');
    expect(await recall('genuine')).toMatchObject({ kind: 'known' });
    now += STRANGERS.everyMs;
    for (let i = 0; i < 100; i++) await recall(`late-${i}`);
    expect(asked.length).toBe(STRANGERS.atOnce + 1);
  });

  it('does not push out what is known, however long it lasts', async () => {
    await recall('genuine');
    answer = () => ({ kind: 'unknown', detail: 'no' });
    for (let i = 0; i < 200; i++) {
      now += STRANGERS.everyMs;
      await recall(`forged-${i}`);
    }
    const before = asked.length;
    expect(await recall('genuine')).toMatchObject({ kind: 'known' });
    expect(asked.length).toBe(before);
  });

  it('asks for nothing by a clock that has stopped being one', async () => {
    await recall('a');
    now = Number.NaN;
    for (let i = 0; i < 50; i++) await recall('a');
    for (let i = 0; i < 50; i++) await recall(`b-${i}`);
    expect(asked.length).toBeLessThanOrEqual(STRANGERS.atOnce);
  });
});
