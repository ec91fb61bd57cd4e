import { constants, createHmac, generateKeyPairSync, type KeyObject, sign as nodeSign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ecdsa } from './ecdsa.ts';
import { ed25519 } from './ed25519.ts';
import { readHead } from './header-reader.ts';
import { rsa } from './rsa.ts';
import { isRefusal, type Scheme } from './scheme.ts';

const BODY = new TextEncoder().encode('{"amount":25.00}');
const COMMON = {
  encoding: 'base64',
  content: '{body}',
  signature: { header: 'x-signature', grammar: 'plain' },
} as const;
const SEVERAL = {
  ...COMMON,
  signature: { header: 'x-signature', grammar: 'pairs', signatures: 'v1' },
} as const;

const keys = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  weak: generateKeyPairSync('rsa', { modulusLength: 1024 }),
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ed: generateKeyPairSync('ed25519'),
  ed448: generateKeyPairSync('ed448'),
};
const spki = (key: KeyObject) => String(key.export({ format: 'pem', type: 'spki' }));
const pkcs8 = (key: KeyObject) => String(key.export({ format: 'pem', type: 'pkcs8' }));

async function judge(scheme: Scheme, header: string, key: KeyObject, body = BODY): Promise<string> {
  const proof = scheme.readProof(readHead({ method: 'POST', url: '/', headers: [['X-Signature', header]] }));
  if (isRefusal(proof)) return proof.refused;
  const at = await scheme.verify(proof, body, [scheme.importSecret(spki(key), 'secrets')]);
  return at === 0 ? 'right' : 'wrong';
}

describe('rsa', () => {
  const pkcs1 = rsa({ ...COMMON, digest: 'sha256' });
  const pss = rsa({ ...COMMON, digest: 'sha256', padding: 'pss' });
  const signed = {
    pkcs1: nodeSign('sha256', BODY, keys.rsa.privateKey).toString('base64'),
    sha1: nodeSign('sha1', BODY, keys.rsa.privateKey).toString('base64'),
    pss: nodeSign('sha256', BODY, {
      key: keys.rsa.privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
    }).toString('base64'),
    unsalted: nodeSign('sha256', BODY, {
      key: keys.rsa.privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 0,
    }).toString('base64'),
  };

  it('takes the padding, the digest and the salt that are pinned, and no others', async () => {
    expect(await judge(pkcs1, signed.pkcs1, keys.rsa.publicKey)).toBe('right');
    expect(await judge(pss, signed.pss, keys.rsa.publicKey)).toBe('right');
    for (const other of [signed.pss, signed.sha1, signed.unsalted])
      expect(await judge(pkcs1, other, keys.rsa.publicKey)).toBe('wrong');
    for (const other of [signed.pkcs1, signed.unsalted])
      expect(await judge(pss, other, keys.rsa.publicKey)).toBe('wrong');
  });

  it('refuses other bytes, an empty signature and one of another length', async () => {
    expect(await judge(pkcs1, signed.pkcs1, keys.rsa.publicKey, Uint8Array.of(...BODY, 0x0a))).toBe('wrong');
    expect(await judge(pkcs1, '', keys.rsa.publicKey)).toBe('missing-signature');
    expect(await judge(pkcs1, 'AAAA', keys.rsa.publicKey)).toBe('wrong');
    expect(await judge(pkcs1, `AAAA${signed.pkcs1}`, keys.rsa.publicKey)).toBe('wrong');
  });

  it.each([
    ['a key of 1024 bits', spki(keys.weak.publicKey), 'wrong-kind-secret'],
    ['a key on a curve', spki(keys.p256.publicKey), 'wrong-kind-secret'],
    ['a private key', pkcs8(keys.rsa.privateKey), 'wrong-kind-secret'],
    ['a shared secret', 'test-secret-for-unit-tests-only', 'undecodable-secret'],
  ])('refuses %s at start-up', (_, secret, code) => {
    expect(() => pkcs1.importSecret(secret, 'secrets')).toThrow(expect.objectContaining({ code, option: 'secrets' }));
  });

  it.each([{ digest: 'md5' }, { padding: 'none' }, { saltBytes: -1 }, { saltBytes: 1.5 }, { digets: 'sha256' }])(
    'refuses a scheme of %o',
    (more) => {
      expect(() => rsa({ ...COMMON, digest: 'sha256', ...more } as never)).toThrow(/rsa\.|digets/);
    },
  );
});

describe('ecdsa', () => {
  const der = ecdsa({ ...COMMON, curve: 'P-256', form: 'der' });
  const raw = ecdsa({ ...COMMON, curve: 'P-256', form: 'raw' });
  const made = (dsaEncoding: 'der' | 'ieee-p1363', key = keys.p256.privateKey) =>
    nodeSign('sha256', BODY, { key, dsaEncoding });

  it('takes the form that is pinned, and not the other', async () => {
    expect(await judge(der, made('der').toString('base64'), keys.p256.publicKey)).toBe('right');
    expect(await judge(raw, made('ieee-p1363').toString('base64'), keys.p256.publicKey)).toBe('right');
    expect(await judge(der, made('ieee-p1363').toString('base64'), keys.p256.publicKey)).toBe('wrong');
    expect(await judge(raw, made('der').toString('base64'), keys.p256.publicKey)).toBe('malformed-signature');
  });

  it('refuses r and s of nothing, which an unchecked implementation takes for right', async () => {
    expect(await judge(raw, Buffer.alloc(64).toString('base64'), keys.p256.publicKey)).toBe('wrong');
    const zeros = Buffer.from('3006020100020100', 'hex').toString('base64');
    expect(await judge(der, zeros, keys.p256.publicKey)).toBe('wrong');
  });

  it('refuses another spelling of a right DER signature', async () => {
    const signature = made('der');
    const longer = Buffer.concat([Buffer.of(0x30, 0x81, signature.length - 2), signature.subarray(2)]);
    expect(await judge(der, longer.toString('base64'), keys.p256.publicKey)).toBe('wrong');
    const trailing = Buffer.concat([signature, Buffer.of(0)]);
    expect(await judge(der, trailing.toString('base64'), keys.p256.publicKey)).toBe('wrong');
  });

  it('refuses a key on another curve at start-up', () => {
    expect(() => der.importSecret(spki(keys.p384.publicKey), 'secrets')).toThrow(
      expect.objectContaining({ code: 'wrong-kind-secret' }),
    );
  });

  it.each([{ curve: 'P-521' }, { form: 'any' }, { form: undefined }])('refuses a scheme of %o', (more) => {
    expect(() => ecdsa({ ...COMMON, curve: 'P-256', form: 'der', ...more } as never)).toThrow(
      expect.objectContaining({ code: 'invalid-provider' }),
    );
  });
});

describe('ed25519', () => {
  const scheme = ed25519(SEVERAL);
  const right = nodeSign(null, BODY, keys.ed.privateKey).toString('base64');

  it('verifies what its key signed, and no other bytes', async () => {
    expect(await judge(scheme, `v1=${right}`, keys.ed.publicKey)).toBe('right');
    expect(await judge(scheme, `v1=${right}`, keys.ed.publicKey, BODY.subarray(1))).toBe('wrong');
    expect(await judge(scheme, `v1=${Buffer.alloc(64).toString('base64')}`, keys.ed.publicKey)).toBe('wrong');
    expect(await judge(scheme, `v1=${right.slice(4)}`, keys.ed.publicKey)).toBe('malformed-signature');
  });

  it('looks at four signatures, however many the header holds: each is a costly computation', async () => {
    const wrong = `v1=${Buffer.alloc(64, 1).toString('base64')}`;
    expect(await judge(scheme, `${`${wrong},`.repeat(3)}v1=${right}`, keys.ed.publicKey)).toBe('right');
    expect(await judge(scheme, `${`${wrong},`.repeat(4)}v1=${right}`, keys.ed.publicKey)).toBe('wrong');
  });

  it.each([
    ['a MAC key', 'test-secret-for-unit-tests-only', 'undecodable-secret'],
    ['an RSA key', spki(keys.rsa.publicKey), 'wrong-kind-secret'],
    ['a private key', pkcs8(keys.ed.privateKey), 'wrong-kind-secret'],
    ['an Ed448 key', spki(keys.ed448.publicKey), 'undecodable-secret'],
  ])('refuses %s at start-up', (_, secret, code) => {
    expect(() => scheme.importSecret(secret, 'secrets')).toThrow(expect.objectContaining({ code }));
  });

  it('is not verified by whoever holds the public key as if it were a shared secret', async () => {
    const forged = createHmac('sha512', spki(keys.ed.publicKey)).update(BODY).digest('base64');
    expect(await judge(scheme, `v1=${forged}`, keys.ed.publicKey)).toBe('wrong');
  });
});

describe('keys of a setting', () => {
  it('are named by their place, and checked as secrets are', () => {
    const scheme = ed25519({ ...COMMON, publicKeys: [spki(keys.ed.publicKey)] });
    expect(scheme.keys).toMatchObject([{ id: 'public-key-1' }]);
    expect(() => ed25519({ ...COMMON, publicKeys: [spki(keys.rsa.publicKey)] })).toThrow(
      expect.objectContaining({ code: 'wrong-kind-secret', option: 'publicKey' }),
    );
  });
});

it.each([
  ['rsa', rsa({ ...COMMON, digest: 'sha256' }), keys.rsa],
  ['rsa, pss', rsa({ ...COMMON, digest: 'sha384', padding: 'pss', saltBytes: 20 }), keys.rsa],
  ['ecdsa, der', ecdsa({ ...COMMON, curve: 'P-384', form: 'der' }), keys.p384],
  ['ecdsa, raw', ecdsa({ ...COMMON, curve: 'P-384', form: 'raw' }), keys.p384],
  ['ed25519', ed25519(COMMON), keys.ed],
] as const)('%s verifies what it signs', async (_, scheme, { privateKey, publicKey }) => {
  const signer = scheme.importSigningSecret?.(pkcs8(privateKey), 'secret');
  if (signer === undefined) throw new Error('it cannot sign');
  const request = { method: 'POST', url: '/', headers: [], body: BODY, timestamp: 0, id: 'x' };
  const { headers } = await scheme.sign(request, [signer]);
  expect(await judge(scheme, headers['x-signature'] ?? '', publicKey)).toBe('right');
});
