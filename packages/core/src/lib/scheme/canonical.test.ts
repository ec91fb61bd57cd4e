import { describe, expect, it } from 'vitest';
import { type Canonical, writeCanonical } from './canonical.ts';
import { readBody } from './place.ts';

const write = (form: Canonical, body: string, url = '/') =>
  writeCanonical(form, readBody(new TextEncoder().encode(body)), url);
const SORTED = { canonical: 'form', order: 'sorted', pair: '=', join: '&' } as const;

describe('writeCanonical', () => {
  it.each([
    [SORTED, 'b=2&a=1&c=', 'a=1&b=2&c='],
    [{ ...SORTED, skipEmpty: true, except: ['sign'] }, 'sign=x&b=%2B+1&a=', 'b=+ 1'],
    [{ ...SORTED, assume: { t: 'x' } }, 'b=1', 'b=1&t=x'],
    [{ ...SORTED, assume: { t: 'x' } }, 't=y', 't=y'],
    [{ ...SORTED, pair: '', join: '', repeated: 'unique' }, 'a=2&a=1&a=2', 'a1a2'],
    [{ ...SORTED, order: 'as-sent', encode: 'php' }, "b=a%20b!~*'()&a=%c3%a9", 'b=a+b%21%7E%2A%27%28%29&a=%C3%A9'],
    [
      { canonical: 'json' },
      '{"b":{"d":1,"c":[{"z":1,"y":0.1}]},"a":"é"}',
      '{"a":"\u00c3\u00a9","b":{"c":[{"y":0.1,"z":1}],"d":1}}',
    ],
    [{ canonical: 'json', except: ['sum'] }, '{"sum":1,"a":{"sum":2}}', '{"a":{"sum":2}}'],
    [{ canonical: 'json' }, '{"b":0,"10":1,"9":2}', '{"9":2,"10":1,"b":0}'],
    [{ canonical: 'json-string' }, '{"a":"é"}', '"{\\"a\\":\\"\u00c3\u00a9\\"}"'],
    [
      { canonical: 'php-serialized', except: ['s'] },
      's=1&b=%c3%a9&a=',
      'a:2:{s:1:"a";s:0:"";s:1:"b";s:2:"\u00c3\u00a9";}',
    ],
    [{ canonical: 'fields', of: 'json', fields: ['a.b', 'x', 'c'], join: '|' }, '{"a":{"b":true},"c":null}', 'true||'],
    [
      { canonical: 'fields', of: 'json', fields: ['a', 'x'], join: '\n', pair: '\n', end: '\n', skipAbsent: true },
      '{"a":"1"}',
      'a\n1\n',
    ],
    [
      { canonical: 'fields', of: 'json', fields: ['a', 'b'], join: '', decimals: { a: 2, b: 0 } },
      '{"a":840.0,"b":7}',
      '840.007',
    ],
    [{ canonical: 'fields', of: 'form', fields: ['b', 'a'], join: '', lowercase: true }, 'a=A&b=B', 'ba'],
  ] as const)('writes %o of %j', (form, body, expected) => {
    expect(write(form as Canonical, body)).toBe(expected);
  });

  it.each([
    [SORTED, 'a=1&a=2'],
    [SORTED, 'a=%'],
    [SORTED, 'a=%zz'],
    [SORTED, Array.from({ length: 1001 }, (_, at) => `k${at}=`).join('&')],
    [{ canonical: 'json' }, '{"a":25.00}'],
    [{ canonical: 'json' }, '{"a":1e3}'],
    [{ canonical: 'json' }, '{"a":12345678901234567890}'],
    [{ canonical: 'json' }, '{"a":-0}'],
    [{ canonical: 'json' }, '{"a":1,"a":1}'],
    [{ canonical: 'json' }, '{"__proto__":1}'],
    [{ canonical: 'php-serialized' }, 'a=1&a=1'],
    [{ canonical: 'fields', of: 'json', fields: ['a'], join: '' }, '{"a":25.00}'],
    [{ canonical: 'fields', of: 'json', fields: ['a'], join: '' }, '{"a":{}}'],
    [{ canonical: 'fields', of: 'json', fields: ['a'], join: '', decimals: { a: 2 } }, '{"a":1.005}'],
    [{ canonical: 'fields', of: 'form', fields: ['a'], join: '' }, 'a=1&a=2'],
  ] as const)('has no %o of %j: it could be read in another way', (form, body) => {
    expect(write(form as Canonical, body)).toBeUndefined();
  });
});

describe('members', () => {
  const form: Canonical = { canonical: 'members', at: 'Data', pair: '=', join: ',', except: ['Nested'] };

  it('sorts the members of the object by name, whatever their case, and writes null as nothing', () => {
    expect(write(form, '{"Data":{"b":"x","C":1.5,"a":null,"Nested":{"d":[]}}}')).toBe('a=,b=x,C=1.5');
  });

  it.each([
    ['another kind of value at the path', '{"Data":[1]}'],
    ['nothing at the path', '{"Date":{}}'],
    ['a nested object', '{"Data":{"a":{}}}'],
    ['a list', '{"Data":{"a":[1]}}'],
    ['a truth value, which languages write in several ways', '{"Data":{"a":true}}'],
    ['a number with a second spelling', '{"Data":{"a":1.50}}'],
    ['a key written twice', '{"Data":{"a":1,"a":1}}'],
    ['what is no JSON', 'a=1'],
  ])('refuses %s', (_, body) => {
    expect(write(form, body)).toBeUndefined();
  });
});
