import { refuseUnknownOptions } from '../options.ts';
import { keyPairProver } from './key-pair.ts';
import { SIGNED_SCHEME_OPTIONS, type SignedSchemeOptions } from './plan.ts';
import { PUBLIC_KEY_FORM_OPTIONS, type PublicKeyForm } from './public-key.ts';
import type { Scheme } from './scheme.ts';
import { withSeeds } from './seeded-key.ts';
import { signedScheme } from './signed-scheme.ts';

/** An Ed25519 scheme, as data. */
export interface Ed25519Options extends SignedSchemeOptions {
  readonly secret?: PublicKeyForm & {
    /** What is no public key is the secret that the key pair is made of: repeated until it has 32 bytes, and cut there, it is the seed. */
    readonly seed?: 'repeated';
  };
  /** Keys that the vendor publishes, or that are given as a setting: then `secrets` may be an empty list. */
  readonly publicKeys?: readonly string[];
}

/**
 * Ed25519 (RFC 8032), pure.
 *
 * @throws ConfigurationError `invalid-provider` or `unknown-option` for a scheme that could never verify anything
 */
export function ed25519(options: Ed25519Options): Scheme {
  refuseUnknownOptions(options, ['secret', 'publicKeys', ...SIGNED_SCHEME_OPTIONS], 'ed25519');
  const { secret = {}, publicKeys = [] } = options;
  refuseUnknownOptions(secret, [...PUBLIC_KEY_FORM_OPTIONS, 'seed'], 'ed25519.secret');
  const prover = keyPairProver({
    kind: 'ed25519',
    algorithm: { name: 'ed25519' },
    form: secret,
    publicKeys,
    signatureBytes: 64,
    refuse: ({ type }) =>
      type === 'ed25519' ? undefined : 'this is not an Ed25519 key, which this provider signs with.',
  });
  return signedScheme(options, secret.seed === undefined ? prover : withSeeds(prover));
}
