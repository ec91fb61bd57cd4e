import { describe, expect, it } from 'vitest';
import { readStrictJson } from './strict-json.ts';

const read = (text: string | Uint8Array) =>
  readStrictJson(typeof text === 'string' ? new TextEncoder().encode(text) : text);

describe('readStrictJson', () => {
  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '{"__proto__":{}}',
    '{"a":{"__proto__":1}}',
    '{"\\u005f_proto__":1}',
    '{"a":1,}',
    '[1,]',
    '{a:1}',
    "{'a':1}",
    '01',
    '+1',
    '1.',
    '.5',
    'NaN',
    '0x10',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"a\nb"',
    '"\\x41"',
    '"a',
    '"a\\',
    '{"a":1} x',
    '{"a":1}{"a":1}',
    '\ufeff{}',
    '\u00a0{}',
    '',
    'true false',
    '['.repeat(100_000),
    `${'['.repeat(66)}${']'.repeat(66)}`,
    '{"a":'.repeat(100_000),
  ])('refuses %j, which has two meanings or none', (text) => {
    expect(read(text)).toBeUndefined();
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(read(Uint8Array.of(0x22, 0xff, 0x22))).toBeUndefined();
  });

  it('keeps members in their order and numbers as they were written', () => {
    expect(read(' {"b":25.00,"a":[true,null,"\\u00e9",-1e-7,12345678901234567890]}\r\n')).toEqual(
      new Map<string, unknown>([
        ['b', { number: '25.00' }],
        ['a', [true, null, 'é', { number: '-1e-7' }, { number: '12345678901234567890' }]],
      ]),
    );
  });
});
