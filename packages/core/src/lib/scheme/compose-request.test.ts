import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sign, signRequest } from '../sign.ts';
import type { Capture } from '../types.ts';
import { verify } from '../verify.ts';
import { defineProvider } from './define-provider.ts';
import { type HmacOptions, hmac } from './hmac.ts';

const SECRET = 'test-secret-for-unit-tests-only';
const OTHER = 'another-secret-for-unit-tests-01';
const NOW = 1_767_225_600;
const mac = (text: string | Uint8Array, secret = SECRET) => createHmac('sha256', secret).update(text).digest('hex');
const text = (body: Uint8Array) => Buffer.from(body).toString('latin1');

function make(options: Partial<HmacOptions>) {
  const scheme = hmac({
    digest: 'sha256',
    encoding: 'hex',
    content: '{body}',
    signature: { header: 'x-signature', grammar: 'plain' },
    ...options,
  } as HmacOptions);
  return defineProvider({ name: 'made', scheme, ...(scheme.signs.timestamp && { toleranceSeconds: 300 }) });
}

const judge = (provider: ReturnType<typeof make>, request: Capture, secrets: string = SECRET) =>
  verify(request, { provider, secrets, now: () => NOW * 1000 });

describe('a request that is signed', () => {
  const fields = { canonical: 'fields', of: 'json', fields: ['id', 'amount'], join: '|' } as const;
  const form = { canonical: 'form', order: 'sorted', pair: '=', join: '&', except: ['sig'] } as const;

  it('has its signature in a header, and nothing else touched', async () => {
    const made = await signRequest(make({}), { secret: SECRET, body: '{"a":1}', headers: [['X-Own', 'kept']] });
    expect(made.headers).toEqual([
      ['X-Own', 'kept'],
      ['x-signature', mac('{"a":1}')],
    ]);
    expect(text(made.body)).toBe('{"a":1}');
  });

  it('has it in the query, beside what stands there', async () => {
    const provider = make({ signature: { query: 'sig', grammar: 'plain' } });
    const made = await signRequest(provider, { secret: SECRET, body: '{}', url: '/hooks?a=1' });
    expect(made.url).toBe(`/hooks?a=1&sig=${mac('{}')}`);
    expect(await judge(provider, made)).toMatchObject({ outcome: 'accepted' });
    expect(await judge(provider, { ...made, url: `${made.url}&sig=x` })).toMatchObject({
      reason: 'malformed-signature',
    });
  });

  it('has it in the JSON body, in place of one that stood there', async () => {
    const provider = make({
      content: '{fields}',
      values: { fields },
      signature: { json: 'auth.sig', grammar: 'plain' },
    });
    const made = await signRequest(provider, { secret: SECRET, body: '{"id":"1","amount":5,"auth":{"sig":"forged"}}' });
    expect(JSON.parse(text(made.body))).toEqual({ id: '1', amount: 5, auth: { sig: mac('1|5') } });
    expect(await judge(provider, made)).toMatchObject({ outcome: 'accepted' });
    const without = await signRequest(provider, { secret: SECRET, body: '{"id":"1","amount":5}' });
    expect(JSON.parse(text(without.body))).toMatchObject({ auth: { sig: mac('1|5') } });
  });

  it.each(['', '[]', '"a"', '5', 'null', '{"a":1', '{"auth":"text"}'])(
    'is refused where the JSON body has no place for it: %s',
    async (body) => {
      const provider = make({
        content: '{fields}',
        values: { fields },
        signature: { json: 'auth.sig', grammar: 'plain' },
      });
      await expect(signRequest(provider, { secret: SECRET, body })).rejects.toMatchObject({
        code: 'invalid-option',
        option: 'body',
      });
    },
  );

  it('has it in the form, in place of one that stood there', async () => {
    const provider = make({ content: '{form}', values: { form }, signature: { form: 'sig', grammar: 'plain' } });
    const made = await signRequest(provider, { secret: SECRET, body: 'b=2&sig=forged&a=1' });
    expect(text(made.body)).toBe(`b=2&a=1&sig=${mac('a=1&b=2')}`);
    expect(await judge(provider, made)).toMatchObject({ outcome: 'accepted' });
  });

  it('keeps the bytes of a form that is not ASCII', async () => {
    const provider = make({ content: '{form}', values: { form }, signature: { form: 'sig', grammar: 'plain' } });
    for (const name of [Buffer.from('é 漢'), Buffer.of(0xe9, 0x80, 0x9f)]) {
      const body = Buffer.concat([Buffer.from('name='), name]);
      const made = await signRequest(provider, { secret: SECRET, body });
      expect(Buffer.from(made.body).subarray(0, body.length)).toEqual(body);
      expect(text(made.body)).toContain(`&sig=${mac(body)}`);
      expect(await judge(provider, made)).toMatchObject({ outcome: 'accepted' });
    }
  });

  it.each(['a=1&a=2', 'a=%zz'])('is refused over a form that no receiver could read in one way: %s', async (body) => {
    const provider = make({ content: '{form}', values: { form }, signature: { form: 'sig', grammar: 'plain' } });
    await expect(signRequest(provider, { secret: SECRET, body })).rejects.toMatchObject({ option: 'body' });
  });

  it('has a signature in every item of a list, each of its own', async () => {
    const provider = make({
      each: 'items',
      content: '{fields}',
      values: { fields },
      signature: { json: 'sig', grammar: 'plain' },
    });
    const body = '{"items":[{"id":"1","amount":5}]}';
    const made = await signRequest(provider, { secret: SECRET, body });
    expect(JSON.parse(text(made.body))).toEqual({ items: [{ id: '1', amount: 5, sig: mac('1|5') }] });
    expect(await judge(provider, made)).toMatchObject({ outcome: 'accepted' });
    for (const none of ['{"items":[]}', '{"items":{}}', '{}'])
      await expect(signRequest(provider, { secret: SECRET, body: none })).rejects.toMatchObject({ option: 'body' });
  });
});

describe('what the content names', () => {
  it('is put where the scheme looks for it: time, id, and what must be there', async () => {
    const provider = make({
      content: '{id}.{timestamp}.{body}',
      id: { header: 'x-id' },
      timestamp: { header: 'x-time' },
      require: [{ header: 'x-version', value: '2' }],
    });
    const made = await signRequest(provider, { secret: SECRET, body: '{}', id: 'e-1', timestamp: NOW });
    expect(Object.fromEntries(made.headers)).toEqual({
      'x-id': 'e-1',
      'x-time': String(NOW),
      'x-version': '2',
      'x-signature': mac(`e-1.${NOW}.{}`),
    });
    expect(await judge(provider, made)).toMatchObject({ outcome: 'accepted' });
  });

  it('is a number in the JSON body where times are numbers', async () => {
    const provider = make({
      content: '{timestamp}.{fields}',
      values: { fields: { canonical: 'fields', of: 'json', fields: ['id'], join: '|' } },
      timestamp: { json: 'sent_at' },
    });
    const made = await signRequest(provider, { secret: SECRET, body: '{"id":"1"}', timestamp: NOW });
    expect(JSON.parse(text(made.body))).toEqual({ id: '1', sent_at: NOW });
    expect(await judge(provider, made)).toMatchObject({ outcome: 'accepted' });
  });

  it.each([
    ['a.b', 'id'],
    ['', 'id'],
    ['a b', 'id'],
    ['x'.repeat(257), 'id'],
  ])('is refused where no receiver would take it: the id %j', async (id, option) => {
    const provider = make({ content: '{id}.{body}', id: { header: 'x-id' } });
    await expect(signRequest(provider, { secret: SECRET, body: '{}', id })).rejects.toMatchObject({
      code: 'invalid-option',
      option,
    });
  });

  it('takes a header that is there already, and makes one up where there is none', async () => {
    const provider = make({ content: '{nonce}.{body}', values: { nonce: { header: 'X-Nonce' } } });
    const given = await signRequest(provider, { secret: SECRET, body: '{}', headers: [['x-nonce', 'n-1']] });
    expect(Object.fromEntries(given.headers)).toEqual({ 'x-nonce': 'n-1', 'x-signature': mac('n-1.{}') });
    const [one, two] = [
      await sign(provider, { secret: SECRET, body: '{}' }),
      await sign(provider, { secret: SECRET, body: '{}' }),
    ];
    expect(one['x-nonce']).toMatch(/^[0-9a-f]{32}$/);
    expect(one['x-nonce']).not.toBe(two['x-nonce']);
  });

  it('names the key where the secret has a name of its own', async () => {
    const provider = make({ keyId: { header: 'x-key-id' } });
    const made = await sign(provider, { secret: [{ id: 'k-1', value: SECRET }], body: '{}' });
    expect(made).toEqual({ 'x-key-id': 'k-1', 'x-signature': mac('{}') });
  });
});

it('does not write into the JSON of a form field, which it would replace', async () => {
  const provider = make({ content: '{timestamp}.{body}', timestamp: { form: 'data', member: 'sent_at' } });
  await expect(signRequest(provider, { secret: SECRET, body: 'data=%7B%7D' })).rejects.toMatchObject({
    code: 'invalid-option',
    option: 'provider',
  });
});

describe('several secrets', () => {
  it('make a header each where there are several, and no more than there are', async () => {
    const provider = make({ signature: { header: ['x-sig-1', 'x-sig-2'], grammar: 'plain' } });
    const made = await sign(provider, { secret: [SECRET, OTHER], body: '{}' });
    expect(made).toEqual({ 'x-sig-1': mac('{}'), 'x-sig-2': mac('{}', OTHER) });
    await expect(sign(provider, { secret: [SECRET, OTHER, `${OTHER}!`], body: '{}' })).rejects.toMatchObject({
      option: 'secret',
    });
  });

  it('are each part of their own content, never of the other’s', async () => {
    const provider = make({
      content: '{secret}.{body}',
      signature: { header: 'x-signature', grammar: 'pairs', signatures: 'v1' },
    });
    const made = await sign(provider, { secret: [SECRET, OTHER], body: '{}' });
    expect(made['x-signature']).toBe(`v1=${mac(`${SECRET}.{}`)},v1=${mac(`${OTHER}.{}`, OTHER)}`);
  });
});

it('sign refuses what headers alone cannot carry', async () => {
  const provider = make({ signature: { query: 'sig', grammar: 'plain' } });
  await expect(sign(provider, { secret: SECRET, body: '{}' })).rejects.toMatchObject({ option: 'provider' });
});
