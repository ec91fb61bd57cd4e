import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Ably: HMAC-SHA256 over the body, under the secret half of an API key: what stands after the colon. The other half, its name, stands in a
 * header: give it as the secret’s id. Signing is chosen rule by rule. No time is signed.
 *
 * @see https://ably.com/docs/platform/integrations/webhooks
 */
export function ably(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'ably');
  return defineProvider({
    name: 'ably',
    docs: 'https://ably.com/docs/platform/integrations/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'x-ably-signature', grammar: 'plain' },
      keyId: { header: 'x-ably-key' },
    }),
    proof: 'recipe',
  });
}
