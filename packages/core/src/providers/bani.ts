import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Bani: HMAC-SHA256 over the body, under the merchant's private key, which is a shared secret in spite of its name. No time and no id is
 * signed. No copy of its page was at hand when this was last checked: receivers agree on all of it.
 *
 * @see https://bani-africa.readme.io/docs/webhooks
 */
export function bani(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'bani');
  return defineProvider({
    name: 'bani',
    docs: 'https://bani-africa.readme.io/docs/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'bani-hook-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { json: 'event' },
  });
}
