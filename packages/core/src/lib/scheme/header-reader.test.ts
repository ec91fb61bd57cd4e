import { describe, expect, it } from 'vitest';
import { readHeaders } from './header-reader.ts';

describe('readHeaders', () => {
  it('counts every line of a name, whatever its case, and shows the first', () => {
    const headers = readHeaders([
      ['X-Signature', 'first'],
      ['x-other', 'between'],
      ['x-SIGNATURE', 'second'],
    ]);
    expect(headers.count('x-signature')).toBe(2);
    expect(headers.value('x-signature')).toBe('first');
  });

  it.each([
    'x_signature',
    'x-signature ',
    'x-signature\0',
    ' x-signature',
    'x-signaturе',
    'x‑signature',
    'X-ſignature',
    'toString',
    '__proto__',
  ])('does not take %j for x-signature', (name) => {
    const headers = readHeaders([[name, 'value']]);
    expect(headers.count('x-signature')).toBe(0);
    expect(headers.value('x-signature')).toBe('');
  });

  it('does not take the Kelvin sign for a k, though lower-casing makes one of it', () => {
    expect(readHeaders([['webhoo\u212a-id', 'value']]).value('webhook-id')).toBe('');
  });

  it('takes spaces and tabs off both ends, and nothing else', () => {
    const value = (text: string) => readHeaders([['a', text]]).value('a');
    expect(value(' \t v \t ')).toBe('v');
    expect(value('\u00a0v\u00a0')).toBe('\u00a0v\u00a0');
    expect(value('\ufeffv\u2003')).toBe('\ufeffv\u2003');
    expect(value('v\r\n')).toBe('v\r\n');
    expect(value('\t \t')).toBe('');
  });

  it('counts a blank line too: two lines are two lines', () => {
    const headers = readHeaders([
      ['a', ''],
      ['a', 'v'],
    ]);
    expect(headers.count('a')).toBe(2);
    expect(headers.value('a')).toBe('');
  });
});
