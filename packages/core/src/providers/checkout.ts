import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Checkout.com: HMAC-SHA256 over the body, under the signature key of the workflow. The key that may stand in the authorization header besides
 * covers nothing and is not read. No time is signed that is held against the clock.
 *
 * @see https://www.checkout.com/docs/developer-resources/event-notifications/webhooks
 */
export function checkout(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'checkout');
  return defineProvider({
    name: 'checkout',
    docs: 'https://www.checkout.com/docs/developer-resources/event-notifications/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'cko-signature', grammar: 'plain' },
      secret: { refuse: ['sk_', 'pk_'] },
    }),
    proof: 'recipe',
    retryHours: 24,
    eventId: { json: 'id' },
    eventType: { json: 'type' },
  });
}
