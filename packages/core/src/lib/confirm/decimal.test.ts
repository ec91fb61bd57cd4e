import { describe, expect, it } from 'vitest';
import { readAmount, readDecimal } from './decimal.ts';

describe('readDecimal', () => {
  it.each([
    ['10000.00', '10000'],
    ['10000', '10000'],
    ['0010.50', '10.5'],
    ['0.10', '0.1'],
    ['-0.00', '0'],
    ['-1.0', '-1'],
    ['9007199254740993.01', '9007199254740993.01'],
  ])('writes %s as %s', (text, value) => expect(readDecimal(text)).toBe(value));

  it.each(['1e4', '1E4', '+1', '1,000', '.5', '5.', '', ' 1', '1 ', '0x10', 'NaN', 'Infinity', '١', '1.2.3'])(
    'refuses %j',
    (text) => expect(readDecimal(text)).toBeUndefined(),
  );

  it('keeps apart what a float takes for one', () => {
    expect(readDecimal('9007199254740993')).not.toBe(readDecimal('9007199254740992'));
    expect(readDecimal('0.1000000000000000055')).not.toBe(readDecimal('0.1'));
  });
});

describe('readAmount', () => {
  it.each([
    ['10000.00', 'KES', false, '10000'],
    ['10.125', 'KES', false, undefined],
    ['10.125', 'KWD', false, '10.125'],
    ['10.1', 'UGX', false, undefined],
    ['10.00', 'UGX', false, '10'],
    ['1000', 'USD', true, '10'],
    ['1005', 'USD', true, '10.05'],
    ['5', 'USD', true, '0.05'],
    ['-5', 'USD', true, '-0.05'],
    ['1000', 'JPY', true, '1000'],
    ['10.5', 'USD', true, undefined],
    ['10', 'kes', false, undefined],
    ['10', '', false, undefined],
  ] as const)('reads %s %s (smallest unit: %s) as %s', (text, currency, minor, value) =>
    expect(readAmount(text, currency, minor)).toBe(value),
  );
});
