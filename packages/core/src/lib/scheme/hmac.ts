import {
  hmac as computeHmac,
  DIGEST_BYTES,
  type HmacDigest,
  hash,
  importMacKey,
  type MacKey,
  type Part,
} from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import { equalsAny } from './equals-any.ts';
import { SIGNED_SCHEME_OPTIONS, type SignedSchemeOptions } from './plan.ts';
import type { ImportedSecret, Scheme } from './scheme.ts';
import { decodeSecret, SECRET_FORM_OPTIONS, type SecretForm } from './shared-secret.ts';
import { signedScheme } from './signed-scheme.ts';

/** An HMAC scheme, as data. */
export interface HmacOptions extends SignedSchemeOptions {
  readonly digest: HmacDigest;
  readonly secret?: SecretForm;
}

/** A key, and the secret's own bytes where the content holds them. Functions print nothing of what they hold. */
interface HmacKey {
  mac(): Promise<MacKey>;
  bytes(): Uint8Array;
}

/**
 * HMAC (RFC 2104) over bytes of the delivery, under a secret that both sides hold.
 *
 * Digest, encoding and grammar are pinned here; nothing a sender writes can choose another.
 *
 * @throws ConfigurationError `invalid-provider` or `unknown-option` for a scheme that could never verify anything
 */
export function hmac(options: HmacOptions): Scheme {
  refuseUnknownOptions(options, ['digest', 'secret', ...SIGNED_SCHEME_OPTIONS], 'hmac');
  const { digest, secret: form = {} } = options;
  const signatureBytes = Object.hasOwn(DIGEST_BYTES, digest ?? '') ? DIGEST_BYTES[digest] : undefined;
  if (signatureBytes === undefined)
    throw invalid('hmac.digest', `give one of ${Object.keys(DIGEST_BYTES).join(', ')}.`);
  refuseUnknownOptions(form, SECRET_FORM_OPTIONS, 'hmac.secret');
  if (!['text', 'base64', 'hex', undefined].includes(form.encoding))
    throw invalid('hmac.secret.encoding', 'give text, base64 or hex.');
  const make = async ({ key }: ImportedSecret, parts: readonly Part[]) =>
    computeHmac(digest, await (key as HmacKey).mac(), parts);
  return signedScheme(options, {
    kind: 'hmac',
    secrets: 'shared',
    signatureBytes,
    importSecret(value, option) {
      const bytes = decodeSecret(value, option, form);
      return Object.freeze({ key: importKey(bytes, form), bytes: bytes.byteLength });
    },
    reveal: ({ key }) => (key as HmacKey).bytes(),
    async matches(secret, signatures, parts) {
      return equalsAny(await make(secret, parts), signatures);
    },
    make,
    respond: make,
  });
}

function importKey(secret: Uint8Array, form: SecretForm): HmacKey {
  const bytes = () => secret;
  if (form.digest === undefined) {
    const key = importMacKey(secret);
    return Object.freeze({ mac: async () => key, bytes });
  }
  // Derived at the first use: a worker computes nothing while it loads.
  const derived: { key?: MacKey } = {};
  const { digest } = form;
  return Object.freeze({
    async mac() {
      derived.key ??= importMacKey(await hash(digest, [secret]));
      return derived.key;
    },
    bytes,
  });
}

function invalid(option: string, message: string): ConfigurationError {
  return new ConfigurationError('invalid-provider', option, message);
}
