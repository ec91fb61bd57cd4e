import { describe, expect, it } from 'vitest';
import { type Keeping, keepRanges, type RangeAnswer, RangesError } from './kept-ranges.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const KEEPING: Keeping = {
  name: 'the list of a test',
  fallback: undefined,
  refreshMs: DAY,
  warnAfterMs: 7 * DAY,
  timeoutMs: 40,
  random: () => 0,
  clock: () => 1000,
  warn: () => undefined,
};

/** A list, what it is asked, and a clock. */
function keep(answer: () => RangeAnswer | Promise<RangeAnswer>, options: Partial<Keeping> = {}) {
  const seen = { now: 1000, asked: 0, answer, warned: [] as string[] };
  const list = keepRanges(
    async () => {
      seen.asked++;
      return seen.answer();
    },
    { ...KEEPING, clock: () => seen.now, warn: (message) => seen.warned.push(message), ...options },
  );
  const allows = (address: string) => {
    const current = list.current();
    return 'lacking' in current ? 'lacking' : current.allows(address);
  };
  return { seen, list, allows };
}

const first = { ranges: ['192.0.2.0/24'] };
const second = { ranges: ['198.51.100.0/24'] };
const failing = () => {
  throw new RangesError('it answered 500');
};

describe('a list that is kept', () => {
  it('asks nothing until it is used', () => {
    expect(keep(() => first).seen.asked).toBe(0);
  });

  it('allows nobody before there was an answer, and says why', async () => {
    const { list, allows, seen } = keep(() => first);
    expect(allows('192.0.2.1')).toBe('lacking');
    expect(await list.renew()).toBe(true);
    expect(allows('192.0.2.1')).toBe(true);
    expect(allows('198.51.100.1')).toBe(false);
    expect(seen.asked).toBe(1);
  });

  it('asks once for all that wait', async () => {
    const { list, seen } = keep(() => first);
    expect(await Promise.all(Array.from({ length: 50 }, () => list.renew()))).toEqual(Array(50).fill(true));
    expect(seen.asked).toBe(1);
  });

  it('is asked for again after its age, while the old one is used', async () => {
    const { list, allows, seen } = keep(() => first);
    await list.renew();
    seen.answer = () => second;
    seen.now += DAY - 1;
    expect(allows('192.0.2.1')).toBe(true);
    expect(seen.asked).toBe(1);
    seen.now += 1;
    expect(allows('192.0.2.1')).toBe(true);
    expect(seen.asked).toBe(2);
    await expect.poll(() => allows('198.51.100.1')).toBe(true);
    expect(allows('192.0.2.1')).toBe(false);
    expect(seen.asked).toBe(2);
  });

  it('is asked for a little earlier by chance, so that instances do not ask at once', async () => {
    const { list, allows, seen } = keep(() => first, { random: () => 0.999 });
    await list.renew();
    seen.now += 0.9 * DAY - 1000;
    allows('192.0.2.1');
    expect(seen.asked).toBe(1);
    seen.now += 2000 + 0.001 * DAY;
    allows('192.0.2.1');
    expect(seen.asked).toBe(2);
  });

  it('keeps the last good one through failures, with a back-off that doubles up to an hour', async () => {
    const { list, allows, seen } = keep(() => first, { timeoutMs: 5000 });
    await list.renew();
    seen.answer = failing;
    seen.now += DAY;
    const waits: number[] = [];
    for (let last = seen.now; waits.length < 12; ) {
      const asked = seen.asked;
      while (allows('192.0.2.1') === true && seen.asked === asked) seen.now += 1000;
      waits.push(seen.now - last);
      last = seen.now;
      await list.renew();
      expect(seen.asked).toBe(asked + 1);
    }
    expect(waits).toEqual([0, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600].map((seconds) => seconds * 1000));
    seen.answer = () => second;
    seen.now += HOUR;
    await list.renew();
    expect(allows('198.51.100.1')).toBe(true);
  });

  it('is asked for at least once a minute where there was never one', async () => {
    const { list, seen, allows } = keep(failing);
    for (let minute = 0; minute < 20; minute++) {
      const asked = seen.asked;
      await list.renew();
      expect(seen.asked).toBe(asked + 1);
      expect(allows('192.0.2.1')).toBe('lacking');
      seen.now += 60_000;
    }
    expect(await list.renew()).toBe(false);
    seen.now += 5000;
    const { asked } = seen;
    expect(await list.renew()).toBe(false);
    expect(seen.asked).toBe(asked);
  });

  it.each([
    ['an empty list', []],
    ['no list', undefined],
    ['text', '192.0.2.0/24'],
    ['every address', ['0.0.0.0/0']],
    ['every address, in two halves', ['0.0.0.0/1', '128.0.0.0/1']],
    ['a range wider than anybody has', ['8.0.0.0/7']],
    ['every IPv6 address', ['::/0']],
    ['a wide range of IPv6', ['2000::/3']],
    ['every IPv4 address in IPv6 clothes', ['::ffff:0.0.0.0/97', '::ffff:128.0.0.0/97']],
    ['the zeros of IPv6', ['0::/64']],
    ['host bits', ['192.0.2.1/24']],
    ['a name', ['localhost']],
    ['a page', ['<!doctype html>']],
    ['a wildcard', ['192.0.2.*']],
    ['a number among ranges', ['192.0.2.0/24', 7]],
    ['null among ranges', ['192.0.2.0/24', null]],
    ['too many', Array.from({ length: 10_001 }, (_, i) => `10.${i >> 8}.${i & 255}.1`)],
  ])('takes %s for a failed refresh, and never for an allowlist', async (_, ranges) => {
    const { list, allows, seen } = keep(() => first);
    await list.renew();
    seen.answer = () => ({ ranges: ranges as string[] });
    seen.now += 2 * DAY;
    expect(await list.renew()).toBe(false);
    expect(seen.asked).toBe(2);
    expect(allows('192.0.2.1')).toBe(true);
    expect(allows('203.0.113.9')).toBe(false);
    const empty = keep(() => ({ ranges: ranges as string[] }));
    expect(await empty.list.renew()).toBe(false);
    expect(empty.allows('203.0.113.9')).toBe('lacking');
  });

  it('takes 10,000 ranges', async () => {
    const ranges = Array.from({ length: 10_000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`);
    const { list, allows } = keep(() => ({ ranges }));
    await list.renew();
    expect(allows('10.39.15.7')).toBe(true);
    expect(allows('10.39.16.7')).toBe(false);
  });

  it('waits no longer than its deadline, and asks again later', async () => {
    const { list, allows, seen } = keep(() => new Promise(() => undefined));
    expect(await list.renew()).toBe(false);
    expect(allows('192.0.2.1')).toBe('lacking');
    seen.answer = () => first;
    seen.now += 60_000;
    expect(await list.renew()).toBe(true);
  });

  it('tells whoever is asked when its deadline has passed', async () => {
    let signal: AbortSignal | undefined;
    const list = keepRanges(
      (given) => {
        signal = given;
        return new Promise(() => undefined);
      },
      { ...KEEPING, timeoutMs: 20 },
    );
    await list.renew();
    expect(signal?.aborted).toBe(true);
  });

  it('is asked for again because of an address that is missing, once in an hour', async () => {
    const { list, allows, seen } = keep(() => first);
    await list.renew();
    seen.answer = () => second;
    seen.now += HOUR - 1;
    expect(await list.renew()).toBe(false);
    expect(seen.asked).toBe(1);
    seen.now += 1;
    expect(await list.renew()).toBe(true);
    expect(allows('198.51.100.1')).toBe(true);
    seen.now += HOUR - 1;
    await list.renew();
    expect(seen.asked).toBe(2);
  });

  it('begins with the ranges it was given, and asks all the same', async () => {
    const { list, allows, seen } = keep(() => second, { fallback: ['192.0.2.0/24'] });
    expect(allows('192.0.2.1')).toBe(true);
    expect(seen.asked).toBe(1);
    expect(await list.renew()).toBe(true);
    expect(allows('192.0.2.1')).toBe(false);
    expect(allows('198.51.100.1')).toBe(true);
  });

  it('says when it is older than a week, and why, without what an error says', async () => {
    const { list, allows, seen } = keep(() => first);
    await list.renew();
    seen.answer = () => {
      throw Object.assign(new Error('password=hunter2'), { code: 'ECONNREFUSED' });
    };
    seen.now += 7 * DAY;
    await list.renew();
    allows('192.0.2.1');
    expect(seen.warned).toEqual([]);
    seen.now += 1;
    expect(allows('192.0.2.1')).toBe(true);
    expect(seen.warned).toHaveLength(1);
    expect(seen.warned[0]).toMatch(/the list of a test could not be refreshed for 7 days: .*ECONNREFUSED/);
    expect(seen.warned[0]).not.toContain('hunter2');
  });

  it('is kept for as long as the answer says, where that is shorter', async () => {
    const { list, allows, seen } = keep(() => ({ ...first, freshMs: 300_000 }));
    await list.renew();
    seen.now += 299_999;
    allows('192.0.2.1');
    expect(seen.asked).toBe(1);
    seen.now += 1;
    allows('192.0.2.1');
    expect(seen.asked).toBe(2);
  });

  it('asks once by a clock that gives no number, and keeps what it got', async () => {
    const { list, allows, seen } = keep(() => first);
    seen.now = Number.NaN;
    await list.renew();
    for (let i = 0; i < 5; i++) expect(allows('192.0.2.1')).toBe(true);
    await list.renew();
    expect(seen.asked).toBe(1);
  });

  it('does not wait for ever for a refresh that was lost with the request that began it', async () => {
    const { list, seen } = keep(() => new Promise(() => undefined), { timeoutMs: 60_000 });
    list.current();
    seen.answer = () => first;
    seen.now += 120_001;
    expect(await list.renew()).toBe(true);
  });
});
