import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Paystack: HMAC-SHA512 over the body, under the API’s own secret key: there is no other for webhooks. No time and no id is signed, so an
 * event is its bytes.
 *
 * @see https://paystack.com/docs/payments/webhooks/
 */
export function paystack(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'paystack');
  return defineProvider({
    name: 'paystack',
    docs: 'https://paystack.com/docs/payments/webhooks/',
    scheme: hmac({
      digest: 'sha512',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-paystack-signature', grammar: 'plain' },
      secret: { refuse: ['pk_live_', 'pk_test_'] },
    }),
    proof: 'recipe',
    retryHours: 73,
    eventType: { json: 'event' },
    environment: { json: 'data.domain', live: 'live', sandbox: 'test', absent: 'either' },
  });
}
