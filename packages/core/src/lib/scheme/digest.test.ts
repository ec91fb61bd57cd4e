import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type DigestOptions, digest } from './digest.ts';
import { readHead } from './header-reader.ts';
import { isRefusal } from './scheme.ts';

const OPTIONS: DigestOptions = {
  digest: 'sha256',
  encoding: 'hex',
  content: '{body}{secret}',
  signature: { header: 'x-signature', grammar: 'plain' },
};
const SECRET = 'test-secret-for-unit-tests-only';
const BODY = new TextEncoder().encode('{"amount":25.00}');
const plain = (...parts: readonly (string | Uint8Array)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

async function judge(header: string, body = BODY, options = OPTIONS): Promise<string> {
  const scheme = digest(options);
  const proof = scheme.readProof(readHead({ method: 'POST', url: '/', headers: [['X-Signature', header]] }));
  if (isRefusal(proof)) return proof.refused;
  return (await scheme.verify(proof, body, [scheme.importSecret(SECRET, 'secrets')])) === 0 ? 'right' : 'wrong';
}

describe('digest', () => {
  it('is over content that holds the secret', async () => {
    expect(await judge(plain(BODY, SECRET))).toBe('right');
    expect(await judge(plain(SECRET, BODY))).toBe('wrong');
    expect(await judge(plain(BODY, SECRET), BODY.subarray(1))).toBe('wrong');
  });

  it('is not right without the secret, which anybody could compute', async () => {
    expect(await judge(plain(BODY))).toBe('wrong');
    expect(await judge(plain(BODY, '{secret}'))).toBe('wrong');
    expect(await judge(plain(BODY, 'undefined'))).toBe('wrong');
  });

  it.each(['', 'x', plain(BODY, SECRET).slice(2), `${plain(BODY, SECRET)}00`])(
    'refuses %j as malformed',
    async (text) => {
      expect(await judge(text)).toMatch(/^m(?:alformed|issing)-signature$/);
    },
  );

  it('takes a body that holds the secret’s name for bytes', async () => {
    const body = new TextEncoder().encode("{secret} $' $&");
    expect(await judge(plain(body, SECRET), body)).toBe('right');
  });

  it('is refused at start-up where the content, or one of several, leaves the secret out', () => {
    for (const content of ['{body}', ['{body}{secret}', '{body}']])
      expect(() => digest({ ...OPTIONS, content })).toThrow(
        expect.objectContaining({ code: 'invalid-provider', option: 'content' }),
      );
  });

  it('is refused at start-up with a digest nobody knows', () => {
    expect(() => digest({ ...OPTIONS, digest: 'toString' } as never)).toThrow(
      expect.objectContaining({ option: 'digest.digest' }),
    );
  });
});
