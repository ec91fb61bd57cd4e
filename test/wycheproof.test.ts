// Wycheproof's HMAC vectors (https://github.com/C2SP/wycheproof, Apache-2.0), read from beside the repository where they are present.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineProvider, type HmacDigest, hmac, type Provider, verify } from '@postern/core';
import { beforeAll, describe, expect, it, vi } from 'vitest';

interface MacVectors {
  readonly numberOfTests: number;
  readonly testGroups: readonly {
    readonly keySize: number;
    readonly tagSize: number;
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly key: string;
      readonly msg: string;
      readonly tag: string;
      readonly result: 'valid' | 'invalid' | 'acceptable';
    }[];
  }[];
}

const DIGESTS: Readonly<Record<Exclude<HmacDigest, 'md5'>, { readonly bits: number; readonly tests: number }>> = {
  sha1: { bits: 160, tests: 170 },
  sha256: { bits: 256, tests: 174 },
  sha384: { bits: 384, tests: 174 },
  sha512: { bits: 512, tests: 174 },
};

const shared = process.env.POSTERN_SHARED ?? fileURLToPath(new URL('../../shared', import.meta.url));
const pathOf = (digest: string) => `${shared}/wycheproof/hmac_${digest}_test.json`;
const digests = Object.keys(DIGESTS) as (keyof typeof DIGESTS)[];
const missing = digests.filter((digest) => !existsSync(pathOf(digest)));

function provider(digest: HmacDigest): Provider {
  return defineProvider({
    name: 'wycheproof',
    scheme: hmac({
      digest,
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-tag', grammar: 'plain' },
      // The keys are any bytes, so they are configured as base64.
      secret: { encoding: 'base64' },
    }),
  });
}

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

beforeAll(() => {
  // Some of the vectors’ keys are short.
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});

if (missing.length > 0) {
  it.skip(`Wycheproof: hmac_${missing.join(', hmac_')} are absent (looked beside the repository; POSTERN_SHARED names another place)`, () => {});
} else {
  describe.each(digests)('Wycheproof hmac_%s', (digest) => {
    const { testGroups, numberOfTests } = JSON.parse(readFileSync(pathOf(digest), 'utf8')) as MacVectors;
    const acme = provider(digest);
    const { bits } = DIGESTS[digest];
    const judge = (key: string, msg: string, tag: string) =>
      verify(
        { method: 'POST', url: '/', headers: [['x-tag', tag]], body: bytes(msg) },
        { provider: acme, secrets: Buffer.from(key, 'hex').toString('base64') },
      );

    it('is whole, and has no key that cannot be configured', () => {
      const tests = testGroups.flatMap((group) => group.tests);
      expect(tests).toHaveLength(numberOfTests);
      expect(numberOfTests).toBeGreaterThanOrEqual(DIGESTS[digest].tests - 10);
      expect(tests.filter(({ key }) => key === '')).toHaveLength(0);
      expect(tests.filter(({ result }) => result === 'acceptable')).toHaveLength(0);
    });

    it('accepts full tags exactly where they are valid', async () => {
      const seen = { valid: 0, invalid: 0 };
      for (const { tagSize, tests } of testGroups) {
        if (tagSize !== bits) continue;
        for (const { key, msg, tag, result, tcId, comment } of tests) {
          const verdict = await judge(key, msg, tag);
          expect(verdict.outcome, `test ${tcId}, ${comment}`).toBe(result === 'valid' ? 'accepted' : 'rejected');
          if (result === 'valid') seen.valid++;
          else seen.invalid++;
        }
      }
      expect(seen).toEqual({ valid: 33, invalid: 54 });
    });

    it('refuses every truncated tag, valid or not', async () => {
      let seen = 0;
      for (const { tagSize, tests } of testGroups) {
        if (tagSize === bits) continue;
        for (const { key, msg, tag, tcId } of tests) {
          expect(await judge(key, msg, tag), `test ${tcId}`).toMatchObject({ reason: 'malformed-signature' });
          seen++;
        }
      }
      expect(seen).toBeGreaterThanOrEqual(83);
    });
  });
}
