import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Checkr: HMAC-SHA256 over the body, under the API key. No time is signed.
 * This is how programs that receive it read it; the vendor's own page was not at hand.
 *
 * @see https://docs.checkr.com/#section/Webhooks
 */
export function checkr(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'checkr');
  return defineProvider({
    name: 'checkr',
    docs: 'https://docs.checkr.com/#section/Webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-checkr-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventId: { json: 'id' },
    eventType: { json: 'type' },
  });
}
