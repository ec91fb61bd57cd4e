import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Razorpay: HMAC-SHA256 over the body, under the webhook’s own secret, not the API’s. No time is signed, and `X-Razorpay-Event-Id` is not, so
 * an event is its bytes. Retries, for a day, stay signed with the secret of their first try: keep the old one that long.
 *
 * @see https://razorpay.com/docs/webhooks/validate-test/
 */
export function razorpay(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'razorpay');
  return defineProvider({
    name: 'razorpay',
    docs: 'https://razorpay.com/docs/webhooks/validate-test/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-razorpay-signature', grammar: 'plain' },
      secret: { refuse: ['rzp_live_', 'rzp_test_'] },
    }),
    proof: 'published',
    eventType: { json: 'event' },
    unsigned: ['X-Razorpay-Event-Id'],
    addresses: {
      ranges: ['3.140.215.0/32', '3.136.42.4/32', '18.224.88.246/32'],
      asOf: '2026-11-27',
      source: 'https://razorpay.com/docs/security/whitelists',
    },
  });
}
