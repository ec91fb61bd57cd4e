// Wycheproof's vectors for key pairs and tokens (https://github.com/C2SP/wycheproof, Apache-2.0), read from beside the repository where they are present.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineProvider, ecdsa, ed25519, isConfigurationError, type Scheme, rsa, verifySignature } from '@postern/core';
import { describe, expect, it } from 'vitest';
import { type JwtAlgorithm, jwt } from '../packages/core/src/lib/scheme/jwt.ts';

interface Group {
  readonly publicKeyPem: string;
  readonly sha?: string;
  readonly mgfSha?: string;
  readonly sLen?: number;
  readonly keySize?: number;
  readonly tests: readonly {
    readonly tcId: number;
    readonly comment: string;
    readonly msg: string;
    readonly sig: string;
    readonly result: string;
  }[];
}

const shared = process.env.POSTERN_SHARED ?? fileURLToPath(new URL('../../shared', import.meta.url));
const pathOf = (name: string) => `${shared}/wycheproof/${name}_test.json`;
const DIGESTS: Readonly<Record<string, 'sha1' | 'sha256' | 'sha384' | 'sha512'>> = {
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};
const PLAIN = { encoding: 'hex', content: '{body}', signature: { header: 'x-signature', grammar: 'plain' } } as const;

const FILES: Readonly<Record<string, { readonly valid: number; readonly scheme: (group: Group) => Scheme }>> = {
  ecdsa_secp256r1_sha256: { valid: 174, scheme: () => ecdsa({ ...PLAIN, curve: 'P-256', form: 'der' }) },
  ecdsa_secp256r1_sha256_p1363: { valid: 173, scheme: () => ecdsa({ ...PLAIN, curve: 'P-256', form: 'raw' }) },
  ecdsa_secp384r1_sha384: { valid: 194, scheme: () => ecdsa({ ...PLAIN, curve: 'P-384', form: 'der' }) },
  ed25519: { valid: 88, scheme: () => ed25519(PLAIN) },
  rsa_signature_2048_sha256: { valid: 9, scheme: pkcs1 },
  rsa_signature_2048_sha512: { valid: 8, scheme: pkcs1 },
  rsa_signature_3072_sha256: { valid: 8, scheme: pkcs1 },
  rsa_signature_4096_sha256: { valid: 7, scheme: pkcs1 },
  rsa_pss_2048_sha256_mgf1_0: { valid: 61, scheme: pss },
  rsa_pss_2048_sha256_mgf1_32: { valid: 63, scheme: pss },
};

function pkcs1({ sha = '' }: Group): Scheme {
  return rsa({ ...PLAIN, digest: DIGESTS[sha] ?? 'sha256' });
}

function pss({ sha = '', sLen = 32 }: Group): Scheme {
  return rsa({ ...PLAIN, digest: DIGESTS[sha] ?? 'sha256', padding: 'pss', saltBytes: sLen });
}

const files = Object.keys(FILES);
const missing = [...files, 'rsa_pss_misc', 'json_web_signature', 'json_web_key', 'json_web_crypto'].filter(
  (name) => !existsSync(pathOf(name)),
);
const load = <T>(name: string) => JSON.parse(readFileSync(pathOf(name), 'utf8')) as { testGroups: readonly T[] };

/** Vectors that come out otherwise, and why. */
const DECIDED = [
  {
    file: 'json_web_signature',
    ids: [367, 370],
    why: 'the two tokens are one text, strict base64url without padding under a right MAC: what their comments speak of is not in them',
  },
  {
    file: 'json_web_signature',
    ids: [346, 350],
    why: 'signed with PS384 where the key says PS256: the algorithm is pinned',
  },
  {
    file: 'json_web_signature',
    ids: [372, 373],
    why: 'a "?" within base64url: nothing is passed over, so the token has one spelling',
  },
  {
    file: 'json_web_key',
    ids: [10, 11, 12],
    why: 'a shared key shorter than the digest: vendors hand such keys out (MessageBird has 32 characters for HS512), so a short one is a warning here',
  },
];

async function isAccepted(scheme: Scheme, key: string, body: Uint8Array, signature: string): Promise<boolean> {
  const provider = defineProvider({ name: 'wycheproof', scheme });
  const verdict = await verifySignature({ headers: [['x-signature', signature]], body }, { provider, secrets: key });
  return verdict.verified;
}

if (missing.length > 0) {
  it.skip(`Wycheproof: ${missing.join(', ')} are absent (looked beside the repository; POSTERN_SHARED names another place)`, () => {});
} else {
  it.each(files)('Wycheproof %s: accepts what is valid and nothing else', async (name) => {
    const { valid, scheme } = FILES[name] as (typeof FILES)[string];
    let accepted = 0;
    for (const group of load<Group>(name).testGroups)
      for (const { tcId, comment, msg, sig, result } of group.tests) {
        const right = await isAccepted(scheme(group), group.publicKeyPem, Buffer.from(msg, 'hex'), sig);
        // "acceptable" is a legacy form: not written as it is pinned, so it is refused.
        expect(right, `test ${tcId}, ${comment}`).toBe(result === 'valid');
        if (right) accepted++;
      }
    expect(accepted).toBe(valid);
  });

  it('Wycheproof rsa_pss_misc: refuses weak keys, and verifies what can be expressed', async () => {
    const seen = { accepted: 0, weak: 0, inexpressible: 0 };
    for (const group of load<Group>('rsa_pss_misc').testGroups)
      for (const { tcId, msg, sig } of group.tests) {
        if (DIGESTS[group.sha ?? ''] === undefined || group.mgfSha !== group.sha || (group.sLen ?? 0) > 64) {
          seen.inexpressible++;
          continue;
        }
        try {
          expect(await isAccepted(pss(group), group.publicKeyPem, Buffer.from(msg, 'hex'), sig), `test ${tcId}`).toBe(
            true,
          );
          seen.accepted++;
        } catch (error) {
          if (!isConfigurationError(error)) throw error;
          expect(group.keySize).toBeLessThan(2048);
          seen.weak++;
        }
      }
    expect(seen.accepted + seen.weak).toBeGreaterThan(20);
  });

  describe.each(['json_web_signature', 'json_web_key', 'json_web_crypto'])('Wycheproof %s', (name) => {
    interface Jwk {
      readonly kty?: string;
      readonly alg?: string;
      readonly k?: string;
      readonly keys?: readonly Jwk[];
    }
    interface TokenGroup {
      readonly comment: string;
      readonly private?: Jwk;
      readonly public?: Jwk;
      readonly tests: readonly {
        readonly tcId: number;
        readonly comment: string;
        readonly jws: unknown;
        readonly result: string;
      }[];
    }
    const KNOWN = ['HS256', 'HS384', 'HS512', 'RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'];

    // Their payloads are no JSON, so the reading of claims is left out: this is about signatures and keys.
    it('verifies what is valid, under an algorithm that is known here, and nothing else', async () => {
      const seen = { right: 0, wrong: 0, unknown: 0 };
      const strange: string[] = [];
      for (const group of load<TokenGroup>(name).testGroups) {
        const set = group.public ?? group.private ?? {};
        // One secret is one key: a set of several is no form of a secret, so nothing can be confused between them.
        const all = set.keys ?? [set];
        const keys = (all.length === 1 ? all : []).filter(({ alg }) => alg !== undefined && KNOWN.includes(alg));
        for (const { tcId, comment, jws, result } of group.tests) {
          let verified = false;
          for (const key of keys) if (typeof jws === 'string' && (await isSigned(jws, key))) verified = true;
          if (keys.length === 0) seen.unknown++;
          else if (verified) seen.right++;
          else seen.wrong++;
          if (DECIDED.some(({ file, ids }) => file === name && ids.includes(tcId))) continue;
          if (verified !== (result === 'valid' && keys.length > 0))
            strange.push(`${tcId} ${group.comment}, ${comment}: ${verified ? 'accepted' : 'refused'}, ${result}`);
        }
      }
      expect(strange).toEqual([]);
      expect(seen.right).toBeGreaterThan(0);
    });

    async function isSigned(token: string, key: Jwk): Promise<boolean> {
      const secret =
        key.kty === 'oct'
          ? Buffer.from(key.k ?? '', 'base64url').toString('base64')
          : JSON.stringify({ ...key, d: undefined, p: undefined, q: undefined });
      const algorithms = [key.alg as JwtAlgorithm] as const;
      const scheme = jwt({ token: { header: 'x-token' }, algorithms, secret: { encoding: 'base64' } });
      try {
        const imported = scheme.importSecret(secret, 'secrets');
        return (await scheme.verify({ signatures: [], token }, new Uint8Array(), [imported])) === 0;
      } catch (error) {
        if (isConfigurationError(error)) return false;
        throw error;
      }
    }
  });
}
