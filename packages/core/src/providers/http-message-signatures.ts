import { defineProvider } from '../lib/scheme/define-provider.ts';
import { type HttpSignatureAlgorithm, httpSignature } from '../lib/scheme/http-signature.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `httpMessageSignatures`. */
export interface HttpMessageSignaturesSettings extends TimedSettings {
  /** What must be covered. Default: `['content-digest']`. */
  readonly components?: readonly string[];
  /** Pinned. Default: that of the key, and for RSA `rsa-pss-sha512`. */
  readonly algorithm?: HttpSignatureAlgorithm;
  /** Which of several signatures counts. Default: the first that covers what it must. */
  readonly label?: string;
  /** The URL that the sender calls, where a component is derived from it. */
  readonly publicUrl?: string;
}

/**
 * HTTP Message Signatures (RFC 9421), as any sender uses them: the body must be covered by a content digest, unless the setting says what else
 * must be.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9421
 */
export function httpMessageSignatures(settings: HttpMessageSignaturesSettings = {}): Provider {
  checkSettings(
    settings,
    ['components', 'algorithm', 'label', 'publicUrl', 'toleranceSeconds'],
    'http-message-signatures',
  );
  return defineProvider({
    name: 'http-message-signatures',
    docs: 'https://www.rfc-editor.org/rfc/rfc9421',
    scheme: httpSignature({
      components: settings.components ?? ['content-digest'],
      algorithm: settings.algorithm,
      label: settings.label,
      publicUrl: settings.publicUrl,
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'published',
  });
}
