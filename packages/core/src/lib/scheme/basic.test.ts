import { describe, expect, it } from 'vitest';
import { basic } from './basic.ts';
import { readHead } from './header-reader.ts';
import { isRefusal } from './scheme.ts';

const SECRET = 'user:test-password: with a colon';
const encoded = (text: string) => Buffer.from(text).toString('base64');

async function judge(header: string, secrets = [SECRET]): Promise<string> {
  const scheme = basic({});
  const proof = scheme.readProof(readHead({ method: 'POST', url: '/', headers: [['Authorization', header]] }));
  if (isRefusal(proof)) return proof.refused;
  const at = await scheme.verify(
    proof,
    new Uint8Array(),
    secrets.map((one) => scheme.importSecret(one, 'secrets')),
  );
  return at < 0 ? 'wrong' : `right, ${at}`;
}

describe('basic', () => {
  it.each([`Basic ${encoded(SECRET)}`, `basic ${encoded(SECRET)}`, `BASIC  ${encoded(SECRET)}`])(
    'takes user and password: %s',
    async (header) => {
      expect(await judge(header)).toBe('right, 0');
    },
  );

  it('names the secret that was given', async () => {
    expect(await judge(`Basic ${encoded(SECRET)}`, ['other:password-of-nobody', SECRET])).toBe('right, 1');
  });

  it.each(['user:', 'user:test-password', `${SECRET} `, `x${SECRET}`, '', ':', SECRET.toUpperCase()])(
    'refuses other credentials: %j',
    async (text) => {
      expect(await judge(`Basic ${encoded(text)}`)).not.toMatch(/^right/);
    },
  );

  it.each([
    ['', 'missing-signature'],
    ['Basic', 'malformed-signature'],
    [`Bearer ${encoded(SECRET)}`, 'malformed-signature'],
    [encoded(SECRET), 'malformed-signature'],
    [`Basic ${SECRET}`, 'malformed-signature'],
    [`Basic ${encoded(SECRET).replace(/=+$/, '')}`, 'malformed-signature'],
    [`Basic ${encoded(SECRET)} x`, 'malformed-signature'],
    [`Basic ${encoded(SECRET)}, Basic ${encoded(SECRET)}`, 'malformed-signature'],
  ])('refuses the header %j', async (header, reason) => {
    expect(await judge(header)).toBe(reason);
  });

  it.each(['password', 'user:', ':password', ''])('refuses the secret %j at start-up', (secret) => {
    expect(() => basic({}).importSecret(secret, 'secrets')).toThrow(
      expect.objectContaining({ code: 'undecodable-secret', option: 'secrets' }),
    );
  });

  it('covers nothing, and says so', () => {
    expect(basic({}).signs).toEqual({ body: false, timestamp: false, id: false, fields: [] });
  });
});
