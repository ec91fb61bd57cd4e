import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { writeDer, writeInteger } from './der.ts';
import { decodeHex } from './encoding.ts';
import { readPrivateKey, readPublicKey } from './public-key.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const pem = (key: KeyObject) => String(key.export({ format: 'pem', type: 'spki' }));
const der = (key: KeyObject) => new Uint8Array(key.export({ format: 'der', type: 'spki' }));
const jwk = (key: KeyObject) => key.export({ format: 'jwk' }) as Record<string, unknown>;
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

describe('a public key', () => {
  it.each([
    ['rsa', 2048, rsa.publicKey],
    ['P-256', 256, ec.publicKey],
    ['ed25519', 256, ed.publicKey],
  ] as const)('of %s is read as PEM, base64 of the DER, and JWK, to the same bytes', (type, bits, key) => {
    const spki = der(key);
    for (const text of [pem(key), `\n${pem(key)}\n`, base64(spki), JSON.stringify(jwk(key))])
      expect(readPublicKey(text, 'secrets')).toEqual({ type, bits, spki });
  });

  it('is read bare where the vendor writes it so', () => {
    const bare = der(ed.publicKey).subarray(-32);
    expect(readPublicKey(Buffer.from(bare).toString('hex'), 'secrets', { encoding: 'hex' }).spki).toEqual(
      der(ed.publicKey),
    );
    expect(readPublicKey(`whpk_${base64(bare)}`, 'secrets', { encoding: 'base64', prefix: 'whpk_' }).type).toBe(
      'ed25519',
    );
  });

  it.each([
    ['nothing', ''],
    ['a shared secret', 'test-secret-for-unit-tests-only'],
    ['a PEM that is cut short', pem(rsa.publicKey).slice(0, 200)],
    ['bytes after the key', base64(Uint8Array.of(...der(ed.publicKey), 0))],
    ['an encryption key', JSON.stringify({ ...jwk(rsa.publicKey), use: 'enc' })],
    ['a key that may only sign', JSON.stringify({ ...jwk(rsa.publicKey), key_ops: ['sign'] })],
    ['a shared key', JSON.stringify({ kty: 'oct', k: 'AAAA' })],
    ['a curve nobody signs with here', JSON.stringify({ ...jwk(ec.publicKey), crv: 'secp256k1' })],
    ['half a point', JSON.stringify({ ...jwk(ec.publicKey), y: '' })],
    ['JSON that is none', '{"kty":'],
    ['a point that is cut short', base64(der(ec.publicKey).subarray(0, 60))],
  ])('is refused as %s', (_, text) => {
    expect(() => readPublicKey(text, 'secrets')).toThrow(
      expect.objectContaining({ code: 'undecodable-secret', option: 'secrets' }),
    );
  });

  it.each([
    ['PEM', String(rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }))],
    ['PKCS #1', String(rsa.privateKey.export({ format: 'pem', type: 'pkcs1' }))],
    ['SEC 1', String(ec.privateKey.export({ format: 'pem', type: 'sec1' }))],
    ['JWK', JSON.stringify(jwk(ed.privateKey))],
  ])('is not the private key in %s: whoever reads the configuration could sign', (_, text) => {
    expect(() => readPublicKey(text, 'secrets')).toThrow(expect.objectContaining({ code: 'wrong-kind-secret' }));
  });

  it('is not what starts as something else of the vendor’s', () => {
    expect(() => readPublicKey(pem(ed.publicKey), 'secrets', { refuse: ['-----BEGIN PUBLIC'] })).toThrow(
      expect.objectContaining({ code: 'wrong-kind-secret' }),
    );
  });
});

describe('an RSA key that proves nothing', () => {
  const modulus = () => Uint8Array.from({ length: 256 }, (_, at) => (at === 0 ? 0xc5 : (at * 7 + 3) & 0xff));
  const spki = (digits: Uint8Array, exponent: Uint8Array) => {
    const oid = writeDer(0x06, decodeHex('2a864886f70d010101') ?? new Uint8Array());
    const key = writeDer(0x30, writeInteger(digits), writeInteger(exponent));
    return base64(writeDer(0x30, writeDer(0x30, oid, writeDer(0x05)), writeDer(0x03, Uint8Array.of(0), key)));
  };
  const read = (digits: Uint8Array, exponent: Uint8Array) => readPublicKey(spki(digits, exponent), 'secrets');

  it('is refused for its exponent of 1, under which every message is its own signature', () => {
    expect(read(modulus(), Uint8Array.of(3)).bits).toBe(2048);
    for (const exponent of [0, 1, 2])
      expect(() => read(modulus(), Uint8Array.of(exponent))).toThrow(
        expect.objectContaining({ code: 'undecodable-secret' }),
      );
  });

  it('is refused for a modulus of the form that can be factored', () => {
    // By every prime its remainder is 1, which is a power of 65537.
    const weak = Uint8Array.of(1);
    expect(() => read(weak, Uint8Array.of(1, 0, 1))).toThrow(expect.objectContaining({ code: 'undecodable-secret' }));
  });
});

describe('a private key', () => {
  it('is read as PKCS #8 in PEM, and as nothing else', () => {
    const text = String(ed.privateKey.export({ format: 'pem', type: 'pkcs8' }));
    expect(readPrivateKey(text, 'secret')).toEqual(
      new Uint8Array(ed.privateKey.export({ format: 'der', type: 'pkcs8' })),
    );
    for (const other of [pem(ed.publicKey), '', 'test-secret-for-unit-tests-only'])
      expect(() => readPrivateKey(other, 'secret')).toThrow(expect.objectContaining({ option: 'secret' }));
  });
});
