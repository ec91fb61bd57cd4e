import { constants, generateKeyPairSync, publicEncrypt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canSeal } from '../crypto.ts';
import { isConfigurationError } from '../errors.ts';
import { FieldError } from './field-error.ts';
import { readOpeningKey, readSealingKey } from './keys.ts';
import { open, type SealOptions, seal } from './seal.ts';

const [ours, other, short] = [2048, 2048, 1024].map((modulusLength) => generateKeyPairSync('rsa', { modulusLength }));
const wide = generateKeyPairSync('rsa', { modulusLength: 3072 });
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const spki = (pair = ours) => pair?.publicKey.export({ format: 'der', type: 'spki' }).toString('base64') ?? '';
const pem = (pair = ours) => String(pair?.privateKey.export({ format: 'pem', type: 'pkcs8' }));

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'nothing was thrown';
  } catch (error) {
    if (isConfigurationError(error) || error instanceof FieldError) return error.code;
    throw error;
  }
}

describe('seal and open', () => {
  it('hide a text from all but the private key, otherwise each time', async () => {
    const sealed = await seal('4821 é 🔑', spki());
    expect(sealed).toMatch(/^[A-Za-z0-9+/]{342}==$/);
    expect(await seal('4821 é 🔑', spki())).not.toBe(sealed);
    expect(await open(sealed, pem())).toBe('4821 é 🔑');
  });

  it('keep every text as it is: an empty one, a byte order mark, NUL', async () => {
    for (const text of ['', '\ufeffa', '\0', ' a\n']) expect(await open(await seal(text, spki()), pem())).toBe(text);
  });

  it('take the public key as base64 of the DER, PEM and JWK, and the private key in as many forms', async () => {
    const publicKeys = [
      spki(),
      `${spki().replace(/.{64}/g, '$&\n')}\n`,
      String(ours?.publicKey.export({ format: 'pem', type: 'spki' })),
      JSON.stringify(ours?.publicKey.export({ format: 'jwk' })),
      JSON.stringify({
        ...ours?.publicKey.export({ format: 'jwk' }),
        use: 'enc',
        alg: 'RSA-OAEP-256',
        key_ops: ['encrypt'],
      }),
      readSealingKey(spki()),
    ];
    const privateKeys = [
      pem(),
      String(ours?.privateKey.export({ format: 'pem', type: 'pkcs1' })),
      String(ours?.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')),
      JSON.stringify(ours?.privateKey.export({ format: 'jwk' })),
      readOpeningKey(pem()),
    ];
    for (const key of publicKeys) expect(await open(await seal('a', key), pem())).toBe('a');
    const sealed = await seal('b', spki());
    for (const key of privateKeys) expect(await open(sealed, key)).toBe('b');
  });

  it.each([
    [2048, () => ours, 190],
    [3072, () => wide, 318],
  ] as const)('a key of %i bits takes what it has room for, and names the limit past it', async (_, pair, limit) => {
    const full = 'é'.repeat(limit / 2);
    expect(await open(await seal(full, spki(pair())), pem(pair()))).toBe(full);
    await expect(seal(`${full}a`, spki(pair()))).rejects.toMatchObject({
      code: 'value-too-long',
      message: expect.stringContaining(`at most ${limit} bytes, and the text has ${limit + 1} in UTF-8`),
    });
  });

  it('refuse a number: it has lost its leading zeros', async () => {
    expect(await codeOf(() => seal(4821 as never, spki()))).toBe('not-text');
  });
});

describe('seal', () => {
  it.each([
    ['a private key in PEM', () => pem(), 'wrong-kind-secret'],
    [
      'a private key in PKCS #1',
      () => String(ours?.privateKey.export({ format: 'pem', type: 'pkcs1' })),
      'wrong-kind-secret',
    ],
    [
      'a private key as base64',
      () => String(ours?.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')),
      'wrong-kind-secret',
    ],
    [
      'a private key in PKCS #1 as base64',
      () => String(ours?.privateKey.export({ format: 'der', type: 'pkcs1' }).toString('base64')),
      'wrong-kind-secret',
    ],
    ['a private key as JWK', () => JSON.stringify(ours?.privateKey.export({ format: 'jwk' })), 'wrong-kind-secret'],
    ['a key of 1024 bits', () => spki(short), 'wrong-kind-secret'],
    ['a key of a curve', () => spki(curve as never), 'wrong-kind-secret'],
    [
      'a JWK for signatures',
      () => JSON.stringify({ ...ours?.publicKey.export({ format: 'jwk' }), use: 'sig' }),
      'undecodable-secret',
    ],
    [
      'a JWK for another padding',
      () => JSON.stringify({ ...ours?.publicKey.export({ format: 'jwk' }), alg: 'RSA-OAEP' }),
      'undecodable-secret',
    ],
    ['half a key', () => spki().slice(0, 200), 'undecodable-secret'],
    ['a placeholder', () => 'your_public_key', 'undecodable-secret'],
    ['a blank', () => ' ', 'blank-secret'],
    ['a variable that is not set', () => undefined as never, 'missing-secret'],
  ])('refuses %s', async (_, key, code) => {
    expect(await codeOf(() => seal('4821', key()))).toBe(code);
    expect(await codeOf(() => readSealingKey(key(), 'FINCODE_PUBLIC_KEY'))).toBe(code);
  });

  it('names the variable in a refusal, and nothing of the key', () => {
    const key = pem();
    try {
      readSealingKey(key, 'FINCODE_PUBLIC_KEY');
      expect.unreachable();
    } catch (error) {
      expect(String(error)).toContain('FINCODE_PUBLIC_KEY: this is a private key');
      expect(String(error)).not.toContain(key.slice(40, 60));
    }
  });

  it('refuses a misspelt option and another digest', async () => {
    expect(await codeOf(() => seal('a', spki(), { mgf: 'sha1' } as SealOptions))).toBe('unknown-option');
    expect(await codeOf(() => seal('a', spki(), { mgf1: 'md5' } as never))).toBe('invalid-option');
  });

  it('with a mask of SHA-1: seals where it can be computed, and says where it can', async () => {
    const options = { mgf1: 'sha1' } as const;
    if (canSeal({ digest: 'sha256', mgf1: 'sha1' })) {
      const sealed = await seal('4821', spki(), options);
      expect(await open(sealed, pem(), options)).toBe('4821');
      expect(await codeOf(() => open(sealed, pem()))).toBe('not-opened');
    } else {
      expect(await codeOf(() => seal('4821', spki(), options))).toBe('invalid-option');
      expect(await codeOf(() => open('', pem(), options))).toBe('invalid-option');
    }
  });
});

describe('open', () => {
  it('tries the keys of a rotation, in any order', async () => {
    const sealed = await seal('4821', spki());
    expect(await open(sealed, [pem(other), pem()])).toBe('4821');
    expect(await open(sealed, [pem(), pem(other), pem(wide)])).toBe('4821');
    expect(await open(await seal('a', spki(wide)), [pem(), pem(wide)])).toBe('a');
  });

  it('has one error for everything that it cannot open, and tells nothing by it', async () => {
    const sealed = Buffer.from(await seal('4821', spki()), 'base64');
    const changed = (at: number) =>
      Buffer.from(sealed.map((byte, i) => (i === at ? byte ^ 1 : byte))).toString('base64');
    const raw = (hash: string, padding = constants.RSA_PKCS1_OAEP_PADDING, text = Buffer.from('a')) =>
      publicEncrypt({ key: ours?.publicKey as never, padding, oaepHash: hash }, text).toString('base64');
    const values = [
      '',
      'not base64',
      '4821',
      changed(0),
      changed(128),
      changed(255),
      sealed.subarray(1).toString('base64'),
      Buffer.alloc(256).toString('base64'),
      Buffer.alloc(256, 0xff).toString('base64'),
      sealed.toString('base64').replace('==', ''),
      sealed.toString('base64url'),
      `${sealed.toString('base64')}\n`,
      await seal('4821', spki(other)),
      await seal('4821', spki(wide)),
      raw('sha1'),
      raw('sha256', constants.RSA_PKCS1_PADDING),
      // It opens, and is no text.
      raw('sha256', constants.RSA_PKCS1_OAEP_PADDING, Buffer.from([0xff, 0xfe])),
      undefined as never,
    ];
    const errors = await Promise.all(
      values.map((value) =>
        open(value, pem()).then(String, (error) =>
          JSON.stringify({ ...error, message: error.message, cause: error.cause }),
        ),
      ),
    );
    expect(new Set(errors).size).toBe(1);
    expect(JSON.parse(errors[0] ?? '')).toMatchObject({ code: 'not-opened', name: 'FieldError' });
  });

  it.each([
    ['a public key in PEM', () => String(ours?.publicKey.export({ format: 'pem', type: 'spki' })), 'wrong-kind-secret'],
    ['a public key as base64', () => spki(), 'undecodable-secret'],
    ['a public JWK', () => JSON.stringify(ours?.publicKey.export({ format: 'jwk' })), 'undecodable-secret'],
    ['a key of 1024 bits', () => pem(short), 'wrong-kind-secret'],
    ['a key of a curve', () => pem(curve as never), 'undecodable-secret'],
    [
      'a locked key',
      () =>
        String(ours?.privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'test' })),
      'undecodable-secret',
    ],
    ['a variable that is not set', () => undefined as never, 'missing-secret'],
    ['no key at all', () => [] as never, 'missing-secret'],
    ['nine keys', () => Array(9).fill(pem()) as never, 'too-many-secrets'],
  ])('refuses %s', async (_, key, code) => {
    expect(await codeOf(() => open('', key()))).toBe(code);
  });
});
