import { jwks } from '../lib/keys/jwks.ts';
import { defineProvider } from '../lib/scheme/define-provider.ts';
import { ed25519 } from '../lib/scheme/ed25519.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * fal: Ed25519 over the request’s id, the user’s id, the time and the digest of the body. The keys are those of fal’s key set, which is fetched
 * with an empty list of secrets; or give each as a JWK. One of them fits, and nothing in the delivery says which.
 *
 * @see https://docs.fal.ai/model-apis/model-endpoints/webhooks
 */
export function fal(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'fal');
  return defineProvider({
    name: 'fal',
    docs: 'https://docs.fal.ai/model-apis/model-endpoints/webhooks',
    scheme: ed25519({
      encoding: 'hex',
      content: '{id}\n{user}\n{timestamp}\n{digest}',
      values: { user: { header: 'x-fal-webhook-user-id' }, digest: { bodyDigest: 'sha256', encoding: 'hex' } },
      signature: { header: 'x-fal-webhook-signature', grammar: 'plain' },
      timestamp: { header: 'x-fal-webhook-timestamp' },
      id: { header: 'x-fal-webhook-request-id' },
    }),
    remoteKeys: jwks({ url: 'https://rest.fal.ai/.well-known/jwks.json', keyId: 'none' }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventType: { json: 'status' },
  });
}
