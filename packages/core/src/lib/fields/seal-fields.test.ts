import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openFields, sealFields } from './seal-fields.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PUBLIC = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const PRIVATE = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));

describe('sealFields and openFields', () => {
  const payload = {
    amount: 2500,
    transactionPin: '0042',
    user: { email: 'a@example.test', answers: [{ text: 'Rex' }, { text: 'Nairobi' }] },
  };
  const paths = ['transactionPin', 'user.answers.1.text'];

  it('change what they are told to, and nothing else', async () => {
    const before = structuredClone(payload);
    const sealed = await sealFields(payload, paths, PUBLIC);
    expect(sealed).toEqual({
      amount: 2500,
      transactionPin: expect.stringMatching(/^[A-Za-z0-9+/]{342}==$/),
      user: {
        email: 'a@example.test',
        answers: [{ text: 'Rex' }, { text: expect.stringMatching(/^[A-Za-z0-9+/]{342}==$/) }],
      },
    });
    expect(Object.keys(sealed)).toEqual(Object.keys(payload));
    expect(Array.isArray(sealed.user.answers)).toBe(true);
    expect(payload).toEqual(before);
    expect(await openFields(sealed, paths, [PRIVATE])).toEqual(payload);
  });

  it('refuse a path that leads nowhere: a misspelt one would send the secret as it stands', async () => {
    for (const path of [
      'transactionPIN',
      'user.answers.2.text',
      'user.answers.length',
      'user.answers.01.text',
      'transactionPin.0',
      'constructor',
      '__proto__',
      'toString',
    ])
      await expect(sealFields(payload, [path], PUBLIC)).rejects.toMatchObject({
        name: 'FieldError',
        code: 'missing-field',
        field: path,
      });
  });

  it('refuse what is no text, and say where, without the value', async () => {
    const secret = { a: { pin: 4821, none: null, gone: undefined, inner: { b: '1' } } };
    for (const path of ['a.pin', 'a.none', 'a.gone', 'a.inner', 'a'])
      await expect(sealFields(secret, [path], PUBLIC)).rejects.toMatchObject({ code: 'not-text', field: path });
    await expect(sealFields(secret, ['a.pin'], PUBLIC)).rejects.not.toMatchObject({
      message: expect.stringContaining('4821'),
    });
    const long = { text: 'x'.repeat(191) };
    await expect(sealFields(long, ['text'], PUBLIC)).rejects.toMatchObject({ code: 'value-too-long', field: 'text' });
  });

  it('say which field does not open', async () => {
    await expect(openFields(payload, ['transactionPin'], PRIVATE)).rejects.toMatchObject({
      code: 'not-opened',
      field: 'transactionPin',
    });
  });

  it.each([
    ['none', []],
    ['an empty one', ['']],
    ['an empty key', ['user..email']],
    ['one twice', ['transactionPin', 'transactionPin']],
    ['a text in place of a list', 'transactionPin'],
    ['a number', [1]],
  ])('refuse paths: %s', async (_, wrong) => {
    await expect(sealFields(payload, wrong as never, PUBLIC)).rejects.toMatchObject({ name: 'ConfigurationError' });
  });

  it('leave a member called __proto__ a member', async () => {
    const odd = JSON.parse('{"__proto__":{"pin":"1"},"pin":"2"}') as { pin: string };
    const sealed = await sealFields(odd, ['__proto__.pin', 'pin'], PUBLIC);
    expect(Object.keys(sealed)).toEqual(['__proto__', 'pin']);
    expect(Object.getPrototypeOf(sealed)).toBe(Object.prototype);
    expect(JSON.stringify(await openFields(sealed, ['__proto__.pin', 'pin'], PRIVATE))).toBe(
      '{"__proto__":{"pin":"1"},"pin":"2"}',
    );
  });
});
