import { constants, createHash, createHmac, generateKeyPairSync, privateDecrypt, publicEncrypt } from 'node:crypto';
import { inspect } from 'node:util';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { HmacDigest, MacKey as NodeKey, SignatureAlgorithm } from './crypto.ts';
import * as web from './crypto-web.ts';
import {
  canSeal,
  constantTimeEqual,
  DIGEST_BYTES,
  hmac,
  importMacKey,
  importPrivateKey,
  importPublicKey,
  randomId,
  randomToken,
  sha256,
  signWith,
  verifyWith,
} from './crypto-web.ts';

const KEY = Buffer.from('test-key-for-unit-tests-only');
const BODY = Uint8Array.from({ length: 256 }, (_, index) => index);
const DIGESTS = Object.keys(DIGEST_BYTES) as HmacDigest[];

type Door = typeof import('./crypto.ts');
type Twin = typeof web;
/** The key is each door's own. */
type Keyed<Values extends readonly unknown[]> = {
  [At in keyof Values]: Values[At] extends NodeKey ? web.MacKey : Values[At];
};

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('the twin', () => {
  it('exports what the door to node:crypto exports', async () => {
    expect(Object.keys(web)).toEqual(expect.arrayContaining(Object.keys(await import('./crypto.ts'))));
    expectTypeOf<keyof Twin>().toEqualTypeOf<keyof Door>();
    expectTypeOf<typeof DIGEST_BYTES>().toEqualTypeOf<Door['DIGEST_BYTES']>();
  });

  it('takes the same values, and answers with promises of the same where callers await them, and only there', () => {
    expectTypeOf<Parameters<Twin['hmac']>>().toEqualTypeOf<Keyed<Parameters<Door['hmac']>>>();
    expectTypeOf<ReturnType<Twin['hmac']>>().toEqualTypeOf<Promise<ReturnType<Door['hmac']>>>();
    expectTypeOf<Parameters<Twin['sha256']>>().toEqualTypeOf<Parameters<Door['sha256']>>();
    expectTypeOf<ReturnType<Twin['sha256']>>().toEqualTypeOf<Promise<ReturnType<Door['sha256']>>>();
    expectTypeOf<Parameters<Twin['importMacKey']>>().toEqualTypeOf<Parameters<Door['importMacKey']>>();
    expectTypeOf<ReturnType<Twin['importMacKey']>>().toEqualTypeOf<web.MacKey>();
    // A promise would count as true.
    expectTypeOf<Twin['constantTimeEqual']>().toEqualTypeOf<Door['constantTimeEqual']>();
    expectTypeOf<Twin['randomId']>().toEqualTypeOf<Door['randomId']>();
    expectTypeOf<Twin['randomToken']>().toEqualTypeOf<Door['randomToken']>();
  });
});

describe('hmac', () => {
  it.each(DIGESTS)(
    'computes with %s what node:crypto computes over one joined message, text as one byte a character',
    async (digest) => {
      const expected = createHmac(digest, KEY)
        .update(Buffer.concat([Buffer.from('v0:17:\u00e9', 'latin1'), BODY, Buffer.from('!')]))
        .digest();
      const computed = await hmac(digest, importMacKey(KEY), ['v0:17:\u00e9', BODY, '', '!']);
      expect(Buffer.from(computed)).toEqual(expected);
      expect(computed.byteLength).toBe(DIGEST_BYTES[digest]);
    },
  );

  it('computes over nothing, over text alone and over a part of a larger buffer', async () => {
    const key = importMacKey(KEY);
    const expected = (bytes: Uint8Array | string) => new Uint8Array(createHmac('sha256', KEY).update(bytes).digest());
    expect(await hmac('sha256', key, [])).toEqual(expected(''));
    expect(await hmac('sha256', key, [new Uint8Array()])).toEqual(expected(''));
    expect(await hmac('sha256', key, ['a', 'bc'])).toEqual(expected('abc'));
    expect(await hmac('sha256', key, [BODY.subarray(3, 77)])).toEqual(expected(BODY.subarray(3, 77)));
    expect(await hmac('sha256', key, ['', BODY.subarray(3, 77), BODY])).toEqual(
      expected(Buffer.concat([BODY.subarray(3, 77), BODY])),
    );
  });

  it('hands over a body that is signed alone as it is, without a copy', async () => {
    const sign = vi.spyOn(crypto.subtle, 'sign');
    await hmac('sha256', importMacKey(KEY), ['', BODY]);
    expect(sign.mock.calls[0]?.[2]).toBe(BODY);
  });
});

describe('sha256', () => {
  it('hashes the parts one after another', async () => {
    expect(await sha256(['ab', Uint8Array.of(0x63)])).toEqual(
      new Uint8Array(createHash('sha256').update('abc').digest()),
    );
  });
});

describe('constantTimeEqual', () => {
  it('tells a difference in any one bit', () => {
    const right = Buffer.alloc(32, 0x5a);
    for (let bit = 0; bit < 256; bit++) {
      const wrong = Buffer.from(right);
      wrong[bit >> 3] = (wrong[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(constantTimeEqual(right, wrong)).toBe(false);
    }
    expect(constantTimeEqual(right, Buffer.from(right))).toBe(true);
  });

  it('finds two lengths different', () => {
    expect(constantTimeEqual(Buffer.alloc(32), Buffer.alloc(31))).toBe(false);
    expect(constantTimeEqual(Buffer.alloc(0), Buffer.alloc(32))).toBe(false);
  });
});

describe('importMacKey', () => {
  it('imports at the first use, once a digest, and asks nothing of WebCrypto before', async () => {
    const importKey = vi.spyOn(crypto.subtle, 'importKey');
    const key = importMacKey(KEY);
    expect(importKey).not.toHaveBeenCalled();
    for (const digest of ['sha256', 'sha256', 'sha512', 'sha256'] as const) await hmac(digest, key, [BODY]);
    expect(importKey).toHaveBeenCalledTimes(2);
  });

  it('keeps the bytes it was given, whatever becomes of the caller’s', async () => {
    for (const bytes of [Uint8Array.from(KEY), Buffer.from(KEY)]) {
      const key = importMacKey(bytes);
      bytes.fill(0);
      expect(await hmac('sha256', key, [BODY])).toEqual(
        new Uint8Array(createHmac('sha256', KEY).update(BODY).digest()),
      );
    }
  });

  it('makes a key that prints nothing of itself, before and after its first use', async () => {
    const key = importMacKey(KEY);
    for (const used of [false, true]) {
      if (used) await hmac('sha256', key, [BODY]);
      const printed = [
        inspect({ key }, { depth: 9, showHidden: true, showProxy: true, getters: true }),
        inspect(await key('sha256'), { depth: 9, showHidden: true, getters: true }),
        JSON.stringify({ key, keys: Object.getOwnPropertyNames(key), imported: await key('sha256') }),
        String(key),
      ].join();
      expect(printed).not.toContain('test-key');
      expect(printed).not.toMatch(/\b74 65 73 74\b|\b116,\s*101,\s*115,\s*116\b/);
      expect(Object.keys(key)).toEqual([]);
    }
    await expect(crypto.subtle.exportKey('raw', await key('sha256'))).rejects.toThrow();
  });

  it('tries again after an import that failed', async () => {
    const key = importMacKey(KEY);
    vi.spyOn(crypto.subtle, 'importKey').mockRejectedValueOnce(new Error('not now'));
    await expect(hmac('sha256', key, [BODY])).rejects.toThrow('not now');
    expect(await hmac('sha256', key, [BODY])).toHaveLength(32);
  });
});

describe('randomToken', () => {
  it('has 128 bits, and does not repeat', () => {
    const tokens = Array.from({ length: 3000 }, randomToken);
    expect(new Set(tokens).size).toBe(3000);
    for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{22}$/);
    // Every character takes every value of its six bits, but the last, which has two.
    for (let at = 0; at < 21; at++) expect(new Set(tokens.map((token) => token[at])).size).toBe(64);
    expect(new Set(tokens.map((token) => token[21]))).toEqual(new Set('AQgw'));
  });
});

describe('key pairs', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const edwards = generateKeyPairSync('ed25519');
  const PAIRS: readonly (readonly [SignatureAlgorithm, typeof rsa])[] = [
    [{ name: 'rsa', digest: 'sha256' }, rsa],
    [{ name: 'rsa-pss', digest: 'sha256', saltBytes: 32 }, rsa],
    [{ name: 'ecdsa', digest: 'sha256', curve: 'P-256' }, p256],
    [{ name: 'ed25519' }, edwards],
  ];

  it.each(PAIRS)('sign for the door to node:crypto what it signs for them: $name', async (algorithm, pair) => {
    const door = await import('./crypto.ts');
    const spki = new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' }));
    const pkcs8 = new Uint8Array(pair.privateKey.export({ format: 'der', type: 'pkcs8' }));
    const parts = ['v0:17:\u00e9', BODY];
    const ours = await signWith(algorithm, importPrivateKey(pkcs8, algorithm), parts);
    const theirs = await door.signWith(algorithm, door.importPrivateKey(pkcs8, algorithm), parts);
    const key = importPublicKey(spki, algorithm);
    for (const signature of [ours, theirs]) {
      expect(await verifyWith(algorithm, key, signature, parts)).toBe(true);
      expect(await door.verifyWith(algorithm, door.importPublicKey(spki, algorithm), signature, parts)).toBe(true);
      expect(await verifyWith(algorithm, key, signature, [...parts, '!'])).toBe(false);
    }
    expect(inspect({ key }, { depth: 9, showHidden: true })).not.toContain('Uint8Array');
  });
});

describe('randomId', () => {
  it('is a version 4 UUID and does not repeat', () => {
    const ids = Array.from({ length: 1000 }, randomId);
    expect(new Set(ids).size).toBe(1000);
    expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(
      true,
    );
  });
});

describe.each([
  ['crypto', undefined],
  ['crypto.subtle', {}],
])('without %s', (_, present) => {
  it('says at the first use what is missing, and not before', async () => {
    vi.stubGlobal('crypto', present);
    const key = importMacKey(KEY);
    await expect(hmac('sha256', key, [BODY])).rejects.toThrow('no crypto.subtle');
    await expect(sha256([BODY])).rejects.toThrow('no crypto.subtle');
    expect(randomId).toThrow('no crypto.subtle');
  });
});

describe('sealing', () => {
  it('has one digest for the padding and its mask, and says so: another mask would be another seal', () => {
    expect(canSeal({ digest: 'sha256', mgf1: 'sha256' })).toBe(true);
    expect(canSeal({ digest: 'sha256', mgf1: 'sha1' })).toBe(false);
  });

  it('computes what node:crypto opens, and opens what it computes', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const oaep = { digest: 'sha256', mgf1: 'sha256' } as const;
    const spki = publicKey.export({ format: 'der', type: 'spki' });
    const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
    const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
    const sealed = await web.sealWith(oaep, web.importSealingKey(spki), KEY);
    expect(privateDecrypt({ key: privateKey, ...padding }, sealed)).toEqual(KEY);
    const opened = await web.openWith(
      oaep,
      web.importOpeningKey(pkcs8),
      publicEncrypt({ key: publicKey, ...padding }, KEY),
    );
    expect(opened).toEqual(new Uint8Array(KEY));
    expect(await web.openWith(oaep, web.importOpeningKey(pkcs8), BODY)).toBeUndefined();
  });
});
