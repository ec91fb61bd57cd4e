import { defineProvider } from '../lib/scheme/define-provider.ts';
import { standardWebhook } from '../lib/scheme/standard-webhook.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Dodo Payments, as Standard Webhooks: HMAC-SHA256 over id, time and body.
 *
 * @see https://docs.dodopayments.com/developer-resources/webhooks
 */
export function dodoPayments(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'dodo-payments');
  return defineProvider({
    name: 'dodo-payments',
    docs: 'https://docs.dodopayments.com/developer-resources/webhooks',
    scheme: standardWebhook({ headers: 'webhook' }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'sdk',
    eventType: { json: 'type' },
  });
}
