import { describe, expect, it } from 'vitest';
import { type Canonical, writeCanonical } from './canonical.ts';
import { minorDigits } from './currency.ts';
import { readBody } from './place.ts';

const write = (form: Canonical, body: string) =>
  writeCanonical(form, readBody(new TextEncoder().encode(body)), 'https://example.com/');

describe('decimals of a currency', () => {
  const form: Canonical = {
    canonical: 'fields',
    of: 'json',
    join: '',
    fields: ['amount'],
    decimals: { amount: { currency: 'money.code' } },
  };
  const amount = (text: string, code: string) => write(form, `{"amount":${text},"money":{"code":${code}}}`);

  it('writes an amount with as many as its currency has', () => {
    expect(amount('12.5', '"KWD"')).toBe('12.500');
    expect(amount('12.5', '"USD"')).toBe('12.50');
    expect(amount('12.0', '"JPY"')).toBe('12');
  });

  it('refuses digits that would be lost, and what is no code', () => {
    expect(amount('12.345', '"USD"')).toBeUndefined();
    expect(amount('12.5', '"JPY"')).toBeUndefined();
    expect(amount('12.5', '"usd"')).toBeUndefined();
    expect(amount('12.5', '7')).toBeUndefined();
    expect(write(form, '{"amount":1}')).toBeUndefined();
  });

  it('knows currencies with three decimals, and with none', () => {
    expect(['OMR', 'KRW', 'EUR', 'EURO', 'E1R'].map(minorDigits)).toEqual([3, 0, 2, undefined, undefined]);
  });
});
