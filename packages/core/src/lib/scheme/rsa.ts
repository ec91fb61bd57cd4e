import { DIGEST_BYTES } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import { keyPairProver } from './key-pair.ts';
import { SIGNED_SCHEME_OPTIONS, type SignedSchemeOptions } from './plan.ts';
import { PUBLIC_KEY_FORM_OPTIONS, type PublicKeyForm } from './public-key.ts';
import type { Scheme } from './scheme.ts';
import { signedScheme } from './signed-scheme.ts';

/** An RSA scheme, as data. */
export interface RsaOptions extends SignedSchemeOptions {
  readonly digest: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  /** Default `pkcs1` (RSASSA-PKCS1-v1_5). */
  readonly padding?: 'pkcs1' | 'pss';
  /** With `pss`: the length of the salt, bytes. Default: that of the digest. */
  readonly saltBytes?: number;
  readonly secret?: PublicKeyForm;
  /** Keys that the vendor publishes, or that are given as a setting: then `secrets` may be an empty list. */
  readonly publicKeys?: readonly string[];
}

/** Shorter keys have been factored. */
const LEAST_BITS = 2048;

/**
 * RSA signatures (RFC 8017) with a key of at least 2048 bits. Padding, digest and salt are pinned here.
 *
 * @throws ConfigurationError `invalid-provider` or `unknown-option` for a scheme that could never verify anything
 */
export function rsa(options: RsaOptions): Scheme {
  refuseUnknownOptions(
    options,
    ['digest', 'padding', 'saltBytes', 'secret', 'publicKeys', ...SIGNED_SCHEME_OPTIONS],
    'rsa',
  );
  const { digest, padding = 'pkcs1', secret = {}, publicKeys = [] } = options;
  refuseUnknownOptions(secret, PUBLIC_KEY_FORM_OPTIONS, 'rsa.secret');
  if (!['sha1', 'sha256', 'sha384', 'sha512'].includes(digest))
    throw invalid('rsa.digest', 'give sha1, sha256, sha384 or sha512.');
  if (padding !== 'pkcs1' && padding !== 'pss') throw invalid('rsa.padding', 'give pkcs1 or pss.');
  const { saltBytes = DIGEST_BYTES[digest] ?? 0 } = options;
  if (!Number.isInteger(saltBytes) || saltBytes < 0 || saltBytes > 64)
    throw invalid('rsa.saltBytes', 'give whole bytes from 0 to 64.');
  return signedScheme(
    options,
    keyPairProver({
      kind: 'rsa',
      algorithm: padding === 'pss' ? { name: 'rsa-pss', digest, saltBytes } : { name: 'rsa', digest },
      form: secret,
      publicKeys,
      refuse: ({ type, bits }) =>
        type !== 'rsa'
          ? 'this is not an RSA key, which this provider signs with.'
          : bits < LEAST_BITS
            ? `this is an RSA key of ${bits} bits, and below ${LEAST_BITS} they can be broken.`
            : undefined,
    }),
  );
}

function invalid(option: string, message: string): ConfigurationError {
  return new ConfigurationError('invalid-provider', option, message);
}
