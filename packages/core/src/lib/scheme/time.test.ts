import { describe, expect, it } from 'vitest';
import { formatTime, parseTime, TIME_UNITS, type TimeUnit } from './time.ts';

const AT = 1_767_225_600;

describe('parseTime', () => {
  it.each(TIME_UNITS)('reads the %s it writes', (unit) => {
    expect(parseTime(formatTime(AT, unit), unit, true)).toBe(AT);
  });

  it.each([
    ['rfc3339', '2026-01-01T01:00:00.123456789+01:00'],
    ['rfc3339', '2025-12-31T16:00:00-08:00'],
    ['milliseconds', '1767225600999'],
  ] as const)('reads the %s %s', (unit, text) => {
    expect(parseTime(text, unit)).toBe(AT);
  });

  it.each([
    ['seconds', '01767225600'],
    ['milliseconds', '1.7672256e12'],
    ['rfc3339', '2026-02-30T00:00:00Z'],
    ['rfc3339', '2026-01-01T24:00:00Z'],
    ['rfc3339', '2026-01-01T00:00:60Z'],
    ['rfc3339', '2026-01-01 00:00:00Z'],
    ['rfc3339', '2026-01-01t00:00:00z'],
    ['rfc3339', '2026-01-01T00:00:00'],
    ['rfc3339', '2026-01-01T00:00:00+0100'],
    ['rfc3339', '2026-01-01T00:00:00+15:00'],
    ['iso-utc', '2026-01-01T00:00:00Z'],
    ['http-date', 'Wed, 01 Jan 2026 00:00:00 GMT'],
    ['http-date', 'Thu, 1 Jan 2026 00:00:00 GMT'],
    ['http-date', 'Thu, 01 Jan 2026 00:00:00 UTC'],
    ['http-date', '2026-01-01'],
    ['utc-date', 'Thu, 01 Jan 2026 00:00:00 GMT'],
  ] as readonly (readonly [TimeUnit, string])[])('refuses the %s %j', (unit, text) => {
    expect(parseTime(text, unit)).toBeUndefined();
  });

  it.each([
    ['seconds', '176722560'],
    ['seconds', '17672256001'],
    ['milliseconds', '176722560000'],
  ] as const)('refuses the %s %s where only the width says where a time ends', (unit, text) => {
    expect(parseTime(text, unit, true)).toBeUndefined();
    expect(parseTime(text, unit)).toBeDefined();
  });
});

describe('unix', () => {
  it('takes ten digits for seconds and thirteen for milliseconds', () => {
    expect(parseTime('1767225600', 'unix')).toBe(1_767_225_600);
    expect(parseTime('1767225600999', 'unix')).toBe(1_767_225_600);
  });

  it.each([
    '',
    '176722560',
    '17672256000',
    '176722560000',
    '17672256000000',
    '01767225600',
    '1767225600.5',
    '0xffffffff',
  ])('refuses %j', (text) => {
    expect(parseTime(text, 'unix')).toBeUndefined();
  });

  it('writes milliseconds', () => {
    expect(formatTime(1_767_225_600, 'unix')).toBe('1767225600000');
  });
});
