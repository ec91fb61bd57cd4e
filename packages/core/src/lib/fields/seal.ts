import { canSeal, DIGEST_BYTES, type OaepAlgorithm, openWith, sealWith } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import { decodeBase64, encodeBase64 } from '../scheme/encoding.ts';
import { FieldError } from './field-error.ts';
import { type OpeningKey, readOpeningKey, readSealingKey, type SealingKey } from './keys.ts';

/** How both sides pad. */
export interface SealOptions {
  /**
   * The digest of MGF1. Default `sha256`, which is what `oaepHash: 'sha256'`, Python's and .NET's OAEP with SHA-256 mean. `sha1` is what the JDK
   * means by `OAEPWithSHA-256AndMGF1Padding`. The two do not understand each other. With `sha1`, Node.js, Bun and Deno only: WebCrypto has no such thing.
   */
  readonly mgf1?: 'sha256' | 'sha1';
}

/** One key, or those of a rotation. */
export type OpeningKeys = string | OpeningKey | readonly (string | OpeningKey)[];

/** Each costs a computation with a private key for every value, a millisecond or so. */
const MOST_KEYS = 8;

/**
 * Seals one text with RSA-OAEP and SHA-256 (RFC 8017 §7.1): what comes out is base64 that only the holder of the private key can open.
 * The same text comes out otherwise each time.
 *
 * Sealing hides. It proves nothing of who sealed: everybody has the public key.
 *
 * @param value at most `bytes of the key − 66` bytes of UTF-8: 190 with a key of 2048 bits
 * @param key base64 of the DER, PEM or a JWK, or what `readSealingKey` returned
 * @throws ConfigurationError for what is no public RSA key of 2048 bits or more, and for `mgf1: 'sha1'` on WebCrypto
 * @throws FieldError `value-too-long` with the limit in bytes; `not-text`
 * @see https://docs.fincode.technology
 */
export async function seal(value: string, key: string | SealingKey, options: SealOptions = {}): Promise<string> {
  return sealOne(value, readSealingKey(key), paddingOf(options, 'seal'));
}

/**
 * Opens what was sealed. All keys are tried, whichever fits: list the old one beside the new one during a rotation.
 *
 * @throws FieldError `not-opened`, the same for every cause: another key, another padding, a value that was cut, changed, or never sealed.
 *   To tell the causes apart would help who sends values to see what becomes of them
 * @throws ConfigurationError for what is no private RSA key of 2048 bits or more, for more than eight, and for `mgf1: 'sha1'` on WebCrypto
 */
export async function open(sealed: string, keys: OpeningKeys, options: SealOptions = {}): Promise<string> {
  return openOne(sealed, readOpeningKeys(keys), paddingOf(options, 'open'));
}

/** Seals one value. `field` is its name in an error. */
export async function sealOne(
  value: unknown,
  { key, bytes }: SealingKey,
  oaep: OaepAlgorithm,
  field?: string,
): Promise<string> {
  if (typeof value !== 'string')
    throw new FieldError(
      'not-text',
      field,
      'only text is sealed. A PIN is text, too: a number loses its leading zeros.',
    );
  const message = new TextEncoder().encode(value);
  const limit = bytes - 2 * (DIGEST_BYTES[oaep.digest] ?? 0) - 2;
  if (message.length > limit)
    throw new FieldError(
      'value-too-long',
      field,
      `this key seals at most ${limit} bytes, and the text has ${message.length} in UTF-8. Seal the secret fields one by one, not a whole body.`,
    );
  return encodeBase64(await sealWith(oaep, key, message));
}

/** Opens one value. `field` is its name in an error. */
export async function openOne(
  sealed: unknown,
  keys: readonly OpeningKey[],
  oaep: OaepAlgorithm,
  field?: string,
): Promise<string> {
  const bytes = typeof sealed === 'string' ? decodeBase64(sealed) : undefined;
  let opened: Uint8Array | undefined;
  // Each key is tried, also after one has opened it, so that the time does not tell which. How long a value is, everybody sees.
  for (const one of keys) {
    const message = bytes?.length === one.bytes ? await openWith(oaep, one.key, bytes) : undefined;
    opened = message ?? opened;
  }
  const text = opened && textOf(opened);
  if (text === undefined)
    throw new FieldError(
      'not-opened',
      field,
      'no key opens this value. It was sealed for another key or with the other mgf1, it was changed on its way, or it is not sealed.',
    );
  return text;
}

/** Reads one key, or those of a rotation. */
export function readOpeningKeys(keys: OpeningKeys): readonly OpeningKey[] {
  const list = Array.isArray(keys) ? keys : [keys];
  if (list.length === 0) throw new ConfigurationError('missing-secret', 'keys', 'give at least one private key.');
  if (list.length > MOST_KEYS)
    throw new ConfigurationError('too-many-secrets', 'keys', `give at most ${MOST_KEYS}, and remove the retired ones.`);
  return list.map((one, index) => readOpeningKey(one, list.length === 1 ? 'key' : `keys[${index}]`));
}

/** The padding that the options name. */
export function paddingOf(options: SealOptions, where: string): OaepAlgorithm {
  refuseUnknownOptions(options, ['mgf1'], where);
  const { mgf1 = 'sha256' } = options;
  if (mgf1 !== 'sha256' && mgf1 !== 'sha1')
    throw new ConfigurationError('invalid-option', `${where}.mgf1`, 'give sha256 or sha1.');
  const oaep = { digest: 'sha256', mgf1 } as const;
  if (!canSeal(oaep))
    throw new ConfigurationError(
      'invalid-option',
      `${where}.mgf1`,
      'WebCrypto, which this runtime has, knows no mask of SHA-1 beside SHA-256. Seal and open on Node.js, Bun or Deno.',
    );
  return oaep;
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
