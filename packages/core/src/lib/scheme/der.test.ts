import { describe, expect, it } from 'vitest';
import { ecdsaFromDer, ecdsaToDer, readDer } from './der.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (value: Uint8Array | undefined) => value && Buffer.from(value).toString('hex');

describe('a signature in DER', () => {
  it.each([
    ['3006020101020102', '00000001' + '00000002'],
    ['30080202008002020080', '00000080' + '00000080'],
    ['300a02047fffffff02020100', '7fffffff' + '00000100'],
  ])('is r and s of one width: %s', (der, raw) => {
    expect(hex(ecdsaFromDer(bytes(der), 4))).toBe(raw);
    expect(hex(ecdsaToDer(bytes(raw)))).toBe(der);
  });

  it.each([
    ['nothing', ''],
    ['a length that is too long', '3007020101020102'],
    ['a length that is too short', '3005020101020102'],
    ['a long form of a short length', '308106020101020102'],
    ['an indefinite length', '30800201010201020000'],
    ['bytes after it', '300602010102010200'],
    ['bytes after r and s', '300802010102010205 00'.replace(' ', '')],
    ['one integer', '3003020101'],
    ['three integers', '3009020101020102020103'],
    ['another tag', '3106020101020102'],
    ['a bit string in place of an integer', '3006030101020102'],
    ['a zero in front that need not be there', '300702020001020102'],
    ['a negative number', '3006020181020102'],
    ['an integer of no bytes', '300502000201 02'.replace(' ', '')],
    ['a number wider than the curve', '300a02050100000000020101'],
  ])('is refused with %s', (_, der) => {
    expect(ecdsaFromDer(bytes(der), 4)).toBeUndefined();
  });
});

it.each(['30', '3001', '3082', '308400000001', '1f8001', '30ffffffffffffffffff'])(
  'elements that are cut short are none: %s',
  (der) => {
    expect(readDer(bytes(der))).toBeUndefined();
  },
);
