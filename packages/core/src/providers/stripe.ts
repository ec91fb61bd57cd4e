import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Stripe: HMAC-SHA256 over time and body. The whole `whsec_…` text is the key. While a secret is rolled there are several `v1`;
 * `v0` is for tests of Stripe's own and proves nothing. Retries carry the same event id, signed anew. The
 * addresses are those of its list, from a copy of 15 May 2026.
 *
 * `livemode` tells test events: an endpoint of Connect gets them beside live ones, so leave `environment` out there.
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
    proof: 'published',
    eventType: { json: 'type' },
    environment: { json: 'livemode', live: 'true', sandbox: 'false' },
    addresses: {
      ranges: [
        ...['3.18.12.63/32', '3.69.109.8/32', '3.120.168.93/32', '3.130.192.231/32', '13.235.14.237/32'],
        ...['13.235.122.149/32', '18.211.135.69/32', '35.154.171.200/32', '35.157.207.129/32', '52.15.183.38/32'],
        ...['54.88.130.119/32', '54.88.130.237/32', '54.187.174.169/32', '54.187.205.235/32', '54.187.216.72/32'],
      ],
      list: 'https://stripe.com/files/ips/ips_webhooks.txt',
      asOf: '2026-05-15',
      source: 'https://docs.stripe.com/ips',
    },
  });
}
