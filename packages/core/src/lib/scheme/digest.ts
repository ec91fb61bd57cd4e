import { DIGEST_BYTES, type HmacDigest, hash } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import { equalsAny } from './equals-any.ts';
import { SIGNED_SCHEME_OPTIONS, type SignedSchemeOptions } from './plan.ts';
import type { Scheme } from './scheme.ts';
import { decodeSecret, SECRET_FORM_OPTIONS, type SecretForm } from './shared-secret.ts';
import { signedScheme } from './signed-scheme.ts';

/** A plain digest with the secret in its content, as data. */
export interface DigestOptions extends SignedSchemeOptions {
  readonly digest: HmacDigest;
  readonly secret?: SecretForm;
}

/**
 * A plain digest over content that holds the secret: `{secret}{body}`. Some vendors have nothing better.
 *
 * Without `{secret}` anybody could compute it, so such a scheme is refused.
 *
 * @throws ConfigurationError `invalid-provider` or `unknown-option` for a scheme that could never verify anything
 */
export function digest(options: DigestOptions): Scheme {
  refuseUnknownOptions(options, ['digest', 'secret', ...SIGNED_SCHEME_OPTIONS], 'digest');
  const { digest: name, secret: form = {} } = options;
  const signatureBytes = Object.hasOwn(DIGEST_BYTES, name ?? '') ? DIGEST_BYTES[name] : undefined;
  if (signatureBytes === undefined)
    throw invalid('digest.digest', `give one of ${Object.keys(DIGEST_BYTES).join(', ')}.`);
  refuseUnknownOptions(form, SECRET_FORM_OPTIONS, 'digest.secret');
  const contents = typeof options.content === 'string' ? [options.content] : options.content;
  if (!contents.every((content) => content.includes('{secret}')))
    throw invalid('content', 'put {secret} into it: without a secret, anybody can compute a digest.');
  return signedScheme(options, {
    kind: 'digest',
    secrets: 'shared',
    signatureBytes,
    importSecret(value, option) {
      const bytes = decodeSecret(value, option, form);
      return Object.freeze({ key: () => bytes, bytes: bytes.byteLength });
    },
    reveal: ({ key }) => (key as () => Uint8Array)(),
    async matches(_, signatures, parts) {
      return equalsAny(await hash(name, parts), signatures);
    },
    make: async (_, parts) => hash(name, parts),
  });
}

function invalid(option: string, message: string): ConfigurationError {
  return new ConfigurationError('invalid-provider', option, message);
}
