import { describe, expect, it } from 'vitest';
import { binaryText, latin1Bytes, readStrictForm, utf8Text } from './strict-form.ts';

const read = (text: string) => readStrictForm(latin1Bytes(text));

describe('a form', () => {
  it.each([
    ['', []],
    [
      'a=1&b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'a=1&a=1',
      [
        ['a', '1'],
        ['a', '1'],
      ],
    ],
    ['a', [['a', '']]],
    ['a=', [['a', '']]],
    ['=a', [['', 'a']]],
    ['a=b=c', [['a', 'b=c']]],
    ['a+b=c+d', [['a b', 'c d']]],
    ['a=%2B%26%3D', [['a', '+&=']]],
    ['a=%2525', [['a', '%25']]],
    ['a=\u00e9%C3%A9', [['a', '\u00e9\u00c3\u00a9']]],
    ['a=1;b=2', [['a', '1;b=2']]],
    ['a=%00', [['a', '\0']]],
  ])('is read once, byte by byte: %j', (text, fields) => {
    expect(read(text)).toEqual(fields);
  });

  it.each(['a=%', 'a=%2', 'a=%zz', '%g1=a', 'a=1&b=%e'])('is refused with a broken escape: %j', (text) => {
    expect(read(text)).toBeUndefined();
  });

  it('is refused with more than a thousand fields', () => {
    expect(read(`${'a&'.repeat(999)}a`)).toHaveLength(1000);
    expect(read(`${'a&'.repeat(1000)}a`)).toBeUndefined();
  });
});

describe('bytes as text', () => {
  it('are one character each, and the same bytes again', () => {
    const all = Uint8Array.from({ length: 20_000 }, (_, at) => at % 256);
    expect(latin1Bytes(binaryText(all))).toEqual(all);
    expect(binaryText(Uint8Array.of(0x80, 0x9f))).toBe('\u0080\u009f');
  });

  it('are UTF-8 where the text is Unicode', () => {
    expect(utf8Text('a')).toBe('a');
    expect(utf8Text('\u00e9')).toBe('\u00c3\u00a9');
  });
});
