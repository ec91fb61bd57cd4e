import { defineProvider } from '../lib/scheme/define-provider.ts';
import { type JwtAlgorithm, jwt } from '../lib/scheme/jwt.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `fusionauth`. */
export interface FusionauthSettings {
  /** The algorithm of the signing key. Default `HS256`, with the key as the secret; else the public key is the secret. */
  readonly algorithm?: JwtAlgorithm;
}

/**
 * FusionAuth, where the webhook signs its events: a JWT that binds the body by a SHA-256, in base64, and holds nothing else: no time, and no
 * id. The algorithm is that of the signing key: a setting.
 *
 * @see https://fusionauth.io/docs/extend/events-and-webhooks/signing
 */
export function fusionauth(settings: FusionauthSettings = {}): Provider {
  checkSettings(settings, ['algorithm'], 'fusionauth');
  return defineProvider({
    name: 'fusionauth',
    docs: 'https://fusionauth.io/docs/extend/events-and-webhooks/signing',
    scheme: jwt({
      token: { header: 'x-fusionauth-signature-jwt' },
      algorithms: [settings.algorithm ?? 'HS256'],
      body: { claim: 'request_body_sha256', digest: 'sha256', encoding: 'base64' },
    }),
    proof: 'recipe',
    eventId: { json: 'event.id' },
    eventType: { json: 'event.type' },
  });
}
