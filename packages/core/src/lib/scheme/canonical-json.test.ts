import { describe, expect, it } from 'vitest';
import { type Canonical, writeCanonical } from './canonical.ts';
import { readBody } from './place.ts';

const write = (form: Canonical, text: string) => writeCanonical(form, readBody(new TextEncoder().encode(text)), '');
const utf8 = (text: string) => Buffer.from(text).toString('latin1');

describe('JSON', () => {
  const body = '{ "b": 1, "data": {"z":"é","10":[1, {"y":2,"x":3}],"9":null,"a":"1/2"}, "a": true }';

  it('is compact, with the keys of every object sorted', () => {
    expect(write({ canonical: 'json', except: ['b'] }, body)).toBe(
      utf8('{"a":true,"data":{"9":null,"10":[1,{"x":3,"y":2}],"a":"1/2","z":"é"}}'),
    );
  });

  it('is what JavaScript writes of the keys as they were sent: indices first', () => {
    const data = JSON.stringify(JSON.parse(body).data);
    expect(write({ canonical: 'json', member: 'data', order: 'as-sent' }, body)).toBe(utf8(data));
  });

  it('is nothing where the member is not there, or has a number with two spellings', () => {
    const form: Canonical = { canonical: 'json', member: 'data', order: 'as-sent' };
    for (const text of ['{}', '[]', '{"data":{"amount":25.00}}', '{"data":{"a":1,"a":2}}', '{"data":{"__proto__":1}}'])
      expect(write(form, text), text).toBeUndefined();
  });
});

describe('fields in lower case', () => {
  const form: Canonical = { canonical: 'fields', of: 'form', fields: ['a'], join: '', lowercase: true };

  it('are characters in lower case, not the bytes they are written with', () => {
    expect(write(form, 'a=Zo%C3%8B')).toBe(utf8('zoë'));
    expect(write(form, 'a=Zo%C3%AB')).toBe(utf8('zoë'));
  });

  it('are nothing where the bytes are no characters', () => {
    expect(write(form, 'a=Zo%CB')).toBeUndefined();
  });
});
