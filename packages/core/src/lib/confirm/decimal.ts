import { minorDigits } from '../scheme/currency.ts';

/**
 * The one spelling of a decimal: no zeros in front, none at the end of the fraction, no `-0`. `undefined` for what is no plain decimal.
 *
 * On text alone. A float knows no 0.1, and an exponent, a separator or a `+` is somebody else's idea of a number: two programs that read it
 * differently would see two amounts.
 */
export function readDecimal(text: string): string | undefined {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/.exec(text) ?? [];
  if (whole === '') return undefined;
  const digits = whole.replace(/^0+(?=\d)/, '');
  const rest = fraction.replace(/0+$/, '');
  const value = rest === '' ? digits : `${digits}.${rest}`;
  return value === '0' ? '0' : sign + value;
}

/**
 * An amount in the currency's main unit: `'10000.00'` and `'10000'` are the same, and one with more decimals than the currency has is none.
 *
 * @param minorUnits true where the text counts the smallest unit: 1000 of USD is 10, of JPY 1000
 */
export function readAmount(text: string, currency: string, minorUnits = false): string | undefined {
  const digits = minorDigits(currency);
  const value = readDecimal(text);
  if (digits === undefined || value === undefined) return undefined;
  if (!minorUnits) return (value.split('.')[1] ?? '').length <= digits ? value : undefined;
  if (value.includes('.')) return undefined;
  const [, sign = '', whole = ''] = /^(-?)(\d+)$/.exec(value) ?? [];
  const padded = whole.padStart(digits + 1, '0');
  const at = padded.length - digits;
  return readDecimal(digits === 0 ? value : `${sign}${padded.slice(0, at)}.${padded.slice(at)}`);
}
