import { describe, expect, it } from 'vitest';
import { readByteSequences, readInnerLists } from './structured-field.ts';

describe('a dictionary of byte sequences', () => {
  it('is read by its labels', () => {
    expect([...(readByteSequences('sig1=:YQ==:, sig2=::') ?? [])]).toEqual([
      ['sig1', 'YQ=='],
      ['sig2', ''],
    ]);
  });

  it.each([
    ['a label that stands there twice', 'sig1=:YQ==:, sig1=:Yg==:'],
    ['a label in capitals', 'Sig1=:YQ==:'],
    ['no colons', 'sig1=YQ=='],
    ['one colon', 'sig1=:YQ=='],
    ['another alphabet', 'sig1=:Y_-=:'],
    ['a comma at the end', 'sig1=:YQ==:,'],
    ['text after it', 'sig1=:YQ==:x'],
    ['nothing', ''],
    ['a line break', 'sig1=:YQ==:,\nsig2=:YQ==:'],
    ['more than sixteen', Array.from({ length: 17 }, (_, at) => `s${at}=:YQ==:`).join(',')],
  ])('is refused with %s', (_, text) => {
    expect(readByteSequences(text)).toBeUndefined();
  });
});

describe('a dictionary of inner lists', () => {
  it('keeps the text as it was written: that is signed', () => {
    const list = readInnerLists('sig1=("@method" "x-a";req);created=1;keyid="a\\"b";flag')?.get('sig1');
    expect(list?.text).toBe('("@method" "x-a";req);created=1;keyid="a\\"b";flag');
    expect(list?.items.map(({ value, text }) => [value, text])).toEqual([
      ['@method', '"@method"'],
      ['x-a', '"x-a";req'],
    ]);
    expect([...(list?.parameters ?? [])]).toEqual([
      ['created', 1],
      ['keyid', 'a"b'],
      ['flag', true],
    ]);
  });

  it.each([
    ['a label that stands there twice', 'sig1=("a");created=1, sig1=("a");created=2'],
    ['a parameter that stands there twice', 'sig1=("a");created=1;created=2'],
    ['no space between items', 'sig1=("a""b")'],
    ['two spaces between items', 'sig1=("a"  "b")'],
    ['an open list', 'sig1=("a"'],
    ['an open string', 'sig1=("a)'],
    ['a token in place of a string', 'sig1=(a)'],
    ['a decimal', 'sig1=("a");created=1.5'],
    ['a number of sixteen digits', 'sig1=("a");created=1234567890123456'],
    ['a byte that no string has', 'sig1=("\u00e9")'],
    ['an escape of another character', 'sig1=("\\n")'],
    ['a parameter without a value', 'sig1=("a");created='],
    ['sixty-five items', `sig1=(${Array.from({ length: 65 }, () => '"a"').join(' ')})`],
  ])('is refused with %s', (_, text) => {
    expect(readInnerLists(text)).toBeUndefined();
  });
});
