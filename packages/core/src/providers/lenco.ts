import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Lenco: HMAC-SHA512 over the body. The secret is the webhook hash key: the SHA-256 of the API token, as 64 hex characters of text. No time
 * and no id is signed.
 *
 * @see https://lenco-api.readme.io/reference/webhooks
 */
export function lenco(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'lenco');
  return defineProvider({
    name: 'lenco',
    docs: 'https://lenco-api.readme.io/reference/webhooks',
    scheme: hmac({
      digest: 'sha512',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-lenco-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { json: 'event' },
  });
}
