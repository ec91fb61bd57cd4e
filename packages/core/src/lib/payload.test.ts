import { afterEach, describe, expect, it, vi } from 'vitest';
import { applySchema, readField, readPayload } from './payload.ts';
import type { StandardSchema } from './types.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const payload = (text: string) => readPayload(bytes(text));

afterEach(() => {
  vi.restoreAllMocks();
});

describe('json', () => {
  it.each([
    '{"__proto__":{"isAdmin":true}}',
    '{"__proto__":null}',
    '{"a":{"b":[1,{"__proto__":{}}]}}',
    '[[[{"__proto__":1}]]]',
    '{"\\u005f_proto__":{"isAdmin":true}}',
    '{"__pr\\u006fto__":{"isAdmin":true}}',
    '{"\\u005F\\u005Fproto\\u005f\\u005f":1}',
    '{"constructor":{"prototype":{"isAdmin":true}}}',
    '{"a":[{"constructor":{"prototype":null}}]}',
    '{"\\u0063onstructor":{"prototype":{"isAdmin":true}}}',
    '{"constructor":{"\\u0070rototype":{"isAdmin":true}}}',
  ])('refuses the poisoned body %s', (text) => {
    expect(() => payload(text).json()).toThrow(expect.objectContaining({ code: 'invalid-payload' }));
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });

  it('lets those words by where they are no such keys', () => {
    for (const text of [
      '{"text":"__proto__ and constructor.prototype"}',
      '{"constructor":"Acme Ltd"}',
      '{"constructor":{"name":"Acme"}}',
      '{"prototype":{"constructor":1}}',
      '{"proto":1,"__proto":2,"note":"\\u00e9"}',
    ])
      expect(payload(text).json()).toEqual(JSON.parse(text));
  });

  it('finds a poisoned key at any depth without running out of stack', () => {
    const deep = `${'['.repeat(200_000)}{"__proto__":1}${']'.repeat(200_000)}`;
    expect(() => payload(deep).json()).toThrow(expect.objectContaining({ code: 'invalid-payload' }));
  });

  it.each(['', ' ', '{', '{"a":1}x', "{'a':1}", 'undefined', '{"a":1,}', '<xml/>'])(
    'refuses %j with a message that holds nothing of it',
    (text) => {
      expect(() => payload(text).json()).toThrow(
        expect.objectContaining({ code: 'invalid-payload', message: 'The body is not JSON.' }),
      );
    },
  );

  it('refuses bytes that are not UTF-8, instead of replacing them', () => {
    const broken = readPayload(Uint8Array.of(0x22, 0xff, 0x22));
    expect(() => broken.json()).toThrow(expect.objectContaining({ code: 'invalid-payload' }));
    expect(() => broken.text()).toThrow(expect.objectContaining({ code: 'invalid-payload' }));
    expect(() => broken.form()).toThrow(expect.objectContaining({ code: 'invalid-payload' }));
  });

  it('parses once: checker and handler see one object', () => {
    const parse = vi.spyOn(JSON, 'parse');
    const once = payload('{"id":"a","id":"b"}');
    expect(once.at('id')).toBe('b');
    expect(once.json()).toBe(once.json());
    expect(once.form()).toBe(once.form());
    expect(parse).toHaveBeenCalledTimes(1);
  });

  it('parses nothing before it is asked', () => {
    const parse = vi.spyOn(JSON, 'parse');
    expect(payload('not json').text()).toBe('not json');
    expect(parse).not.toHaveBeenCalled();
  });

  it('reads a body with a byte order mark as JSON, and keeps the mark in the text', () => {
    const marked = readPayload(Uint8Array.of(0xef, 0xbb, 0xbf, ...bytes('{"a":1}')));
    expect(marked.json()).toEqual({ a: 1 });
    expect(marked.text()).toBe('\ufeff{"a":1}');
  });
});

describe('form', () => {
  it('reads repeated and encoded fields, and makes no objects of brackets', () => {
    const form = payload('a=1&a=2&b%5B__proto__%5D=x&c=%C3%A9+d').form();
    expect(form.getAll('a')).toEqual(['1', '2']);
    expect(form.get('b[__proto__]')).toBe('x');
    expect(form.get('c')).toBe('é d');
  });
});

describe('at', () => {
  const body = payload(
    '{"id":"evt_1","n":7,"big":9007199254740993,"half":1.5,"yes":true,"none":null,"list":["a"],"data":{"id":"d","":"e"},"empty":"","toString":{"length":"own"}}',
  );

  it('reads text and whole numbers at a path of own keys', () => {
    expect(body.at('id')).toBe('evt_1');
    expect(body.at('n')).toBe('7');
    expect(body.at('data.id')).toBe('d');
    expect(body.at('list.0')).toBe('a');
    expect(body.at('toString.length')).toBe('own');
  });

  it.each([
    'big',
    'half',
    'yes',
    'none',
    'list',
    'data',
    'absent',
    'id.length',
    'data.id.x',
    'constructor.name',
    '__proto__',
  ])('reads nothing at %s', (path) => {
    expect(body.at(path)).toBeUndefined();
  });

  it('reads no id longer than 512 characters', () => {
    expect(payload(JSON.stringify({ id: 'x'.repeat(512) })).at('id')).toHaveLength(512);
    expect(payload(JSON.stringify({ id: 'x'.repeat(513) })).at('id')).toBeUndefined();
  });

  it('never throws', () => {
    for (const text of ['', 'x', 'null', '7', '"text"', '{"__proto__":{"id":"x"}}'])
      expect(payload(text).at('id')).toBeUndefined();
  });

  it('counts an empty value as none', () => {
    const none = () => undefined;
    expect(readField({ json: 'empty' }, () => '', none, body)).toBeUndefined();
    expect(readField({ header: 'x' }, () => '', none, body)).toBeUndefined();
    expect(readField({ header: 'x' }, () => 'v', none, body)).toBe('v');
    expect(readField(undefined, () => 'v', none, body)).toBeUndefined();
  });
});

describe('applySchema', () => {
  const schema = (validate: StandardSchema['~standard']['validate']): StandardSchema => ({
    '~standard': { version: 1, vendor: 'test', validate },
  });

  it('gives what the schema makes of the body, synchronous or not', async () => {
    expect(
      await applySchema(
        schema((value) => ({ value: { seen: value } })),
        payload('{"a":1}'),
      ),
    ).toEqual({
      event: { seen: { a: 1 } },
    });
    expect(
      await applySchema(
        schema(async () => ({ value: 'later' })),
        payload('{}'),
      ),
    ).toEqual({ event: 'later' });
  });

  it('names places and never values', async () => {
    const failing = schema(() => ({
      issues: [
        { message: 'expected number, got "4111111111111111"', path: ['data', 'amount'] },
        { message: 'bad', path: [{ key: 'list' }, 0] },
        { message: 'whole' },
      ],
    }));
    const result = await applySchema(failing, payload('{"data":{"amount":"4111111111111111"}}'));
    expect(result).toEqual({ problem: 'the body does not fit the schema at data.amount, list.0, (the whole body)' });
  });

  it('does not run over a body that is poisoned or no JSON', async () => {
    const validate = vi.fn(() => ({ value: 1 }));
    expect(await applySchema(schema(validate), payload('{"__proto__":1}'))).toHaveProperty('problem');
    expect(await applySchema(schema(validate), payload('x'))).toHaveProperty('problem');
    expect(validate).not.toHaveBeenCalled();
  });
});
