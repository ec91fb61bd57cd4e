import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Cashfree Payments: HMAC-SHA256 over time in milliseconds and body, with nothing between them, under the client secret. One of its pages
 * writes a dot there; its libraries and this do not. Older payout hooks carry a signature in the form, which is not read.
 *
 * @see https://www.cashfree.com/docs/payments/online/webhooks/signature-verification
 */
export function cashfree(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'cashfree');
  return defineProvider({
    name: 'cashfree',
    docs: 'https://www.cashfree.com/docs/payments/online/webhooks/signature-verification',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{timestamp}{body}',
      signature: { header: 'x-webhook-signature', grammar: 'plain' },
      timestamp: { header: 'x-webhook-timestamp', unit: 'milliseconds' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventType: { json: 'type' },
    addresses: {
      ranges: [
        '52.66.25.127/32',
        '15.206.45.168/32',
        '52.66.101.190/32',
        '3.109.102.144/32',
        '18.60.134.245/32',
        '18.60.183.142/32',
      ],
      asOf: '2026-11-27',
      source: 'https://www.cashfree.com/docs/payments/online/webhooks/overview',
    },
  });
}
