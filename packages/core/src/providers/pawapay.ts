import { defineProvider } from '../lib/scheme/define-provider.ts';
import { httpSignature } from '../lib/scheme/http-signature.ts';
import { checkSettings, type TimedSettings, type UrlSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `pawapay`. */
export interface PawapaySettings extends UrlSettings, TimedSettings {
  /** How r and s are written. Default `der`. */
  readonly signatureForm?: 'der' | 'raw';
}

/**
 * pawaPay, where signed callbacks are enabled: HTTP Message Signatures (RFC 9421) with ECDSA over method, host, path and a digest of the body.
 * Unlike in the RFC, the signature is DER, as the vendor's own samples have it; a setting takes the RFC's form. A signature says when it
 * expires, a minute later. Give its public keys as secrets, each with the id it has at `/public-key/http`.
 *
 * @see https://docs.pawapay.io/v2/docs/signatures
 */
export function pawapay(settings: PawapaySettings): Provider {
  checkSettings(settings, ['publicUrl', 'signatureForm', 'toleranceSeconds'], 'pawapay');
  return defineProvider({
    name: 'pawapay',
    docs: 'https://docs.pawapay.io/v2/docs/signatures',
    scheme: httpSignature({
      components: ['@method', '@authority', '@path', 'content-digest'],
      algorithm: 'ecdsa-p256-sha256',
      publicUrl: settings.publicUrl,
      ecdsaForm: settings.signatureForm ?? 'der',
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 60,
    proof: 'recipe',
    eventType: { json: 'status' },
  });
}
