import { describe, expect, it } from 'vitest';
import { checkFreshness, compileTolerance, parseTimestamp } from './freshness.ts';

describe('parseTimestamp', () => {
  it.each([
    // Text that some parser reads as a number, or as none (attack catalogue, cases 41 to 46).
    '',
    ' ',
    'NaN',
    'nan',
    'Infinity',
    '-Infinity',
    'undefined',
    'null',
    'abc',
    '1767225600abc',
    '1767225600 ',
    ' 1767225600',
    '\t1767225600',
    '1767225600\n',
    '1767225600\0',
    '1767225600\u00a0',
    '1.7672256e9',
    '1e9',
    '1E9',
    '0x6955b900',
    '0b1',
    '0o17',
    '1767225600.0',
    '1767225600.',
    '.5',
    '1767225600,5',
    '+1767225600',
    '-1',
    '-0',
    '--1',
    '1_767_225_600',
    '1,767,225,600',
    '01767225600',
    '00',
    '000000000000001',
    '１７６７２２５６００',
    '١٧٦٧٢٢٥٦٠٠',
    '१७६७२२५६००',
    '1767225600n',
    '2026-01-01T00:00:00Z',
    'Thu, 01 Jan 2026 00:00:00 GMT',
    '1234567890123456',
    '9'.repeat(40),
    '1'.repeat(16_384),
    '1767225600;1767225600',
    '1:1',
  ])('refuses %j', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  it('refuses every one-character change of a time that is not a digit', () => {
    for (let code = 0; code < 0x300; code++) {
      const character = String.fromCharCode(code);
      if (character >= '0' && character <= '9') continue;
      for (const at of [0, 5, 9])
        expect(parseTimestamp(`${'1767225600'.slice(0, at)}${character}${'1767225600'.slice(at + 1)}`)).toBeUndefined();
    }
  });

  it.each([
    ['0', 0],
    ['1', 1],
    ['9', 9],
    ['1767225600', 1_767_225_600],
    ['999999999999999', 999_999_999_999_999],
  ])('reads %s', (text, value) => {
    expect(parseTimestamp(text)).toBe(value);
  });
});

describe('checkFreshness', () => {
  const now = 1_767_225_600;

  it('includes both ends of the window, and nothing beyond them', () => {
    const at = (offset: number) => checkFreshness({ timestamp: now + offset, now, toleranceSeconds: 300 });
    expect([-301, -300, -299, 0, 299, 300, 301].map(at)).toEqual([
      'stale',
      'fresh',
      'fresh',
      'fresh',
      'fresh',
      'fresh',
      'future',
    ]);
  });

  it('keeps two sides of different widths apart', () => {
    const toleranceSeconds = { past: 600, future: 5 };
    const at = (offset: number) => checkFreshness({ timestamp: now + offset, now, toleranceSeconds });
    expect([-601, -600, 5, 6].map(at)).toEqual(['stale', 'fresh', 'fresh', 'future']);
  });

  it('takes milliseconds where seconds belong for a time far ahead', () => {
    expect(checkFreshness({ timestamp: now * 1000, now, toleranceSeconds: 604_800 })).toBe('future');
  });

  it('calls the beginning of time stale', () => {
    expect(checkFreshness({ timestamp: 0, now, toleranceSeconds: 604_800 })).toBe('stale');
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 604_801, 1e15, '300', '', null])(
    'refuses a tolerance of %j: nothing may come to mean "off"',
    (value) => {
      const refusal = (option: string) => expect.objectContaining({ code: 'invalid-tolerance', option });
      const check = (toleranceSeconds: unknown) => () =>
        checkFreshness({ timestamp: now, now, toleranceSeconds: toleranceSeconds as number });
      expect(check(value)).toThrow(refusal('toleranceSeconds'));
      expect(check({ past: value, future: 300 })).toThrow(refusal('toleranceSeconds.past'));
      expect(check({ past: 300, future: value })).toThrow(refusal('toleranceSeconds.future'));
    },
  );

  it.each([undefined, {}, [], [300], { past: 300 }, { future: 300 }, true, 300n])(
    'refuses a tolerance that is neither a number nor two (%o)',
    (value) => {
      expect(() => compileTolerance(value, 'toleranceSeconds')).toThrow(
        expect.objectContaining({ code: 'invalid-tolerance' }),
      );
    },
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY, '1767225600', undefined, null])(
    'refuses %j as a time or as a clock, where every comparison would come out as fresh',
    (value) => {
      const time = value as number;
      expect(() => checkFreshness({ timestamp: time, now, toleranceSeconds: 300 })).toThrow(
        expect.objectContaining({ code: 'invalid-option', option: 'timestamp' }),
      );
      expect(() => checkFreshness({ timestamp: now, now: time, toleranceSeconds: 300 })).toThrow(
        expect.objectContaining({ code: 'invalid-option', option: 'now' }),
      );
    },
  );
});
