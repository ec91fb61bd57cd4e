import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors.ts';
import { readHead } from './header-reader.ts';
import { isRefusal } from './scheme.ts';
import { staticToken } from './static-token.ts';

const TOKEN = { header: 'authorization' };
// printf 'user:test-password' | sha256sum
const DIGEST = '723eddee2c09dd5b48417effd870113b7a855eb0095b6c9dd3e444efda2d4042';

describe('a token that is the digest of the secret', () => {
  const scheme = staticToken({ token: TOKEN, digest: 'sha256' });
  const secrets = [scheme.importSecret('user:test-password', 'secrets')];
  const position = async (token: string) => {
    const proof = scheme.readProof(readHead({ method: 'POST', url: '/', headers: [['Authorization', token]] }));
    return isRefusal(proof) ? proof.refused : scheme.verify(proof, new Uint8Array(), secrets);
  };

  it('is accepted as the digest, and refused as the secret itself', async () => {
    expect(await position(DIGEST)).toBe(0);
    expect(await position('user:test-password')).toBe(-1);
    expect(await position(DIGEST.toUpperCase())).toBe(-1);
    expect(await position(DIGEST.slice(1))).toBe(-1);
  });

  it('is signed as the digest', async () => {
    const values = { method: 'POST', url: '/', headers: [], body: new Uint8Array(), timestamp: 0, id: '' };
    expect(await scheme.sign(values, secrets)).toEqual({ headers: { authorization: DIGEST } });
  });
});

it('refuses another digest', () => {
  expect(() => staticToken({ token: TOKEN, digest: 'md5' as 'sha256' })).toThrow(ConfigurationError);
});
