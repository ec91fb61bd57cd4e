import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Stripe: HMAC-SHA256 over time and body. The whole `whsec_…` text is the key. While a secret is rolled there are several `v1`;
 * `v0` is for tests of Stripe's own and proves nothing. Retries carry the same event id, signed anew.
 *
 * @see https://docs.stripe.com/webhooks/signature
 */
export function stripe(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'stripe');
  return defineProvider({
    name: 'stripe',
    docs: 'https://docs.stripe.com/webhooks/signature',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}.{body}',
      signature: { header: 'stripe-signature', grammar: 'pairs', timestamp: 't', signatures: 'v1' },
      secret: { refuse: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'pk_live_', 'pk_test_', 'we_', 'evt_'] },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    eventId: { json: 'id' },
    eventType: { json: 'type' },
  });
}
