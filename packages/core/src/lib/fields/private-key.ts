import { ConfigurationError } from '../errors.ts';
import { derInteger, readDer, writeDer, writeInteger } from '../scheme/der.ts';
import { decodeBase64, decodeBase64Url, decodeHex, encodeHex } from '../scheme/encoding.ts';
import { pemBlocks } from '../scheme/public-key.ts';

/** A private RSA key. */
export interface PrivateKeyInfo {
  readonly bits: number;
  /** PKCS #8, DER. */
  readonly pkcs8: Uint8Array;
}

const RSA = decodeHex('2a864886f70d010101') as Uint8Array;
const ZERO = writeDer(0x02, Uint8Array.of(0));

/** Reads a private RSA key: PEM (PKCS #8 or PKCS #1), base64 of the DER, or a JWK. @throws ConfigurationError for anything else */
export function readRsaPrivateKey(value: string, option: string): PrivateKeyInfo {
  if (/PUBLIC KEY-----|CERTIFICATE-----/.test(value))
    throw new ConfigurationError(
      'wrong-kind-secret',
      option,
      'this is a public key, and opening needs the private one.',
    );
  if (/ENCRYPTED/.test(value))
    throw new ConfigurationError(
      'undecodable-secret',
      option,
      'this private key is locked by a passphrase: unlock it first (openssl pkey -in key.pem -out unlocked.pem).',
    );
  const der = derOf(value.trim());
  const info = der && describe(der);
  if (info === undefined)
    throw new ConfigurationError(
      'undecodable-secret',
      option,
      'this is no private RSA key that can be read: PEM, base64 of the DER or a JWK is expected. Copy it again, whole.',
    );
  return info;
}

function derOf(text: string): Uint8Array | undefined {
  if (text.startsWith('{')) return fromJwk(text);
  if (!text.startsWith('-----BEGIN')) return decodeBase64(text.replace(/\s/g, ''));
  return pemBlocks(text, 'PRIVATE KEY')[0] ?? pemBlocks(text, 'RSA PRIVATE KEY')[0];
}

function describe(der: Uint8Array): PrivateKeyInfo | undefined {
  const [sequence, ...after] = readDer(der) ?? [];
  const [version, second, third] = sequence === undefined ? [] : (readDer(sequence.contents) ?? []);
  if (version?.tag !== 0x02 || after.length > 0 || second === undefined || third === undefined) return undefined;
  if (second.tag === 0x02) {
    const digits = derInteger(second);
    return digits && { bits: bitsOf(digits), pkcs8: pkcs8Of(der) };
  }
  const [algorithm] = readDer(second.contents) ?? [];
  if (algorithm === undefined || encodeHex(algorithm.contents) !== encodeHex(RSA)) return undefined;
  const inner = describe(third.contents);
  return inner && { bits: inner.bits, pkcs8: der };
}

function fromJwk(text: string): Uint8Array | undefined {
  let jwk: Record<string, unknown>;
  try {
    jwk = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (jwk.kty !== 'RSA' || (jwk.use !== undefined && jwk.use !== 'enc')) return undefined;
  if (jwk.alg !== undefined && jwk.alg !== 'RSA-OAEP-256') return undefined;
  const numbers = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'].map((name) => decodeBase64Url(String(jwk[name] ?? '')));
  if (numbers.some((number) => number === undefined || number.length === 0)) return undefined;
  return writeDer(0x30, ZERO, ...numbers.map((number) => writeInteger(number as Uint8Array)));
}

function pkcs8Of(pkcs1: Uint8Array): Uint8Array {
  return writeDer(0x30, ZERO, writeDer(0x30, writeDer(0x06, RSA), writeDer(0x05)), writeDer(0x04, pkcs1));
}

function bitsOf(digits: Uint8Array): number {
  return digits.length * 8 - Math.clz32(digits[0] ?? 0) + 24;
}
