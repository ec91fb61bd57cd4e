import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Zoho Payments: HMAC-SHA256 over time in milliseconds and body, under the signing key of the webhook. Every attempt is signed anew.
 *
 * @see https://www.zoho.com/in/payments/developerdocs/webhooks/verification/
 */
export function zohoPayments(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'zoho-payments');
  return defineProvider({
    name: 'zoho-payments',
    docs: 'https://www.zoho.com/in/payments/developerdocs/webhooks/verification/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}.{body}',
      signature: { header: 'x-zoho-webhook-signature', grammar: 'pairs', timestamp: 't', signatures: 'v' },
      timestamp: { unit: 'milliseconds' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    retries: 'resigned',
    eventId: { json: 'event_id' },
    eventType: { json: 'event_type' },
    environment: { json: 'live_mode', live: 'true', sandbox: 'false' },
  });
}
