import { importOpeningKey, importSealingKey, type OpeningKey as Opener, type SealingKey as Sealer } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import { readPublicKey } from '../scheme/public-key.ts';
import { readRsaPrivateKey } from './private-key.ts';

/** A public key that was read and checked once. */
export interface SealingKey {
  readonly kind: 'sealing-key';
  /** The width of the modulus, bytes. */
  readonly bytes: number;
  readonly key: Sealer;
}

/** A private key that was read and checked once. It prints nothing of itself. */
export interface OpeningKey {
  readonly kind: 'opening-key';
  /** The width of the modulus, bytes. */
  readonly bytes: number;
  readonly key: Opener;
}

/** Shorter keys have been factored. */
const LEAST_BITS = 2048;

const SEALING = {
  use: 'enc',
  operation: 'encrypt',
  algorithms: ['RSA-OAEP-256'],
  ofPrivate:
    'this is a private key, and sealing needs the public one. Whoever holds the private key can open what is sealed: do not keep it here.',
} as const;

/**
 * Reads the public RSA key that fields are sealed with, so that a wrong one is found at start-up: `readSealingKey(process.env.FINCODE_PUBLIC_KEY, 'FINCODE_PUBLIC_KEY')`.
 *
 * @param value base64 of the DER (as FinCode's dashboard shows it), PEM, a certificate in PEM, or a JWK; 2048 bits or more
 * @param option what to call it in an error: the name of the variable it comes from
 * @throws ConfigurationError for none, a private key, a key that is too short, and what is no key
 */
export function readSealingKey(value: string | SealingKey | undefined, option = 'key'): SealingKey {
  if (typeof value === 'object' && value?.kind === 'sealing-key') return value;
  const { type, bits, spki } = readPublicKey(textOf(value, option), option, {}, SEALING);
  if (type !== 'rsa') throw new ConfigurationError('wrong-kind-secret', option, 'this is not an RSA key.');
  const key = imported(() => importSealingKey(spki), option);
  return Object.freeze({ kind: 'sealing-key', bytes: bytesOf(bits, option), key });
}

/**
 * Reads the private RSA key that fields are opened with, so that a wrong one is found at start-up.
 *
 * @param value PEM (PKCS #8 or PKCS #1), base64 of the DER, or a JWK; 2048 bits or more
 * @param option what to call it in an error: the name of the variable it comes from
 * @throws ConfigurationError for none, a public key, a key that is too short or locked, and what is no key
 */
export function readOpeningKey(value: string | OpeningKey | undefined, option = 'key'): OpeningKey {
  if (typeof value === 'object' && value?.kind === 'opening-key') return value;
  const { bits, pkcs8 } = readRsaPrivateKey(textOf(value, option), option);
  const key = imported(() => importOpeningKey(pkcs8), option);
  return Object.freeze({ kind: 'opening-key', bytes: bytesOf(bits, option), key });
}

function textOf(value: unknown, option: string): string {
  if (typeof value !== 'string')
    throw new ConfigurationError('missing-secret', option, 'there is no key: give its text. Is the variable set?');
  if (value.trim() === '') throw new ConfigurationError('blank-secret', option, 'this is blank: give the key’s text.');
  return value;
}

function imported<Key>(importKey: () => Key, option: string): Key {
  try {
    return importKey();
  } catch {
    throw new ConfigurationError('undecodable-secret', option, 'this is no RSA key: copy it again, whole.');
  }
}

function bytesOf(bits: number, option: string): number {
  if (bits < LEAST_BITS)
    throw new ConfigurationError(
      'wrong-kind-secret',
      option,
      `this is an RSA key of ${bits} bits, and below ${LEAST_BITS} they can be broken.`,
    );
  return Math.ceil(bits / 8);
}
