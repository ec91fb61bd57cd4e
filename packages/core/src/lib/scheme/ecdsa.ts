import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import { ecdsaFromDer, ecdsaToDer } from './der.ts';
import { keyPairProver } from './key-pair.ts';
import { SIGNED_SCHEME_OPTIONS, type SignedSchemeOptions } from './plan.ts';
import { PUBLIC_KEY_FORM_OPTIONS, type PublicKeyForm } from './public-key.ts';
import type { Scheme } from './scheme.ts';
import { signedScheme } from './signed-scheme.ts';

/** An ECDSA scheme, as data. */
export interface EcdsaOptions extends SignedSchemeOptions {
  /** `P-256` signs with SHA-256, `P-384` with SHA-384. */
  readonly curve: 'P-256' | 'P-384';
  /** How r and s are written. A verifier that takes both takes two spellings of one signature. */
  readonly form: 'der' | 'raw';
  readonly secret?: PublicKeyForm;
  /** Keys that the vendor publishes, or that are given as a setting: then `secrets` may be an empty list. */
  readonly publicKeys?: readonly string[];
}

const CURVES = {
  'P-256': { width: 32, digest: 'sha256' },
  'P-384': { width: 48, digest: 'sha384' },
} as const;

/**
 * ECDSA (FIPS 186-5) on P-256 or P-384.
 *
 * @throws ConfigurationError `invalid-provider` or `unknown-option` for a scheme that could never verify anything
 */
export function ecdsa(options: EcdsaOptions): Scheme {
  refuseUnknownOptions(options, ['curve', 'form', 'secret', 'publicKeys', ...SIGNED_SCHEME_OPTIONS], 'ecdsa');
  const { curve, form, secret = {}, publicKeys = [] } = options;
  refuseUnknownOptions(secret, PUBLIC_KEY_FORM_OPTIONS, 'ecdsa.secret');
  if (!Object.hasOwn(CURVES, curve)) throw invalid('ecdsa.curve', 'give P-256 or P-384.');
  if (form !== 'der' && form !== 'raw') throw invalid('ecdsa.form', 'give der or raw.');
  const { width, digest } = CURVES[curve];
  return signedScheme(
    options,
    keyPairProver({
      kind: 'ecdsa',
      algorithm: { name: 'ecdsa', digest, curve },
      form: secret,
      publicKeys,
      ...(form === 'raw' && { signatureBytes: 2 * width }),
      ...(form === 'der' && {
        read: (signature: Uint8Array) => ecdsaFromDer(signature, width),
        write: ecdsaToDer,
      }),
      refuse: ({ type }) =>
        type === curve ? undefined : `this is not a key on ${curve}, which this provider signs with.`,
    }),
  );
}

function invalid(option: string, message: string): ConfigurationError {
  return new ConfigurationError('invalid-provider', option, message);
}
