import { defineProvider } from '../lib/scheme/define-provider.ts';
import { standardWebhook } from '../lib/scheme/standard-webhook.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * BigCommerce: Standard Webhooks, HMAC-SHA256 over id, time and body, under the client secret of the app's account as it is. The body names a
 * resource only: fetch it. It is sent again for 48 hours.
 *
 * @see https://developer.bigcommerce.com/docs/integrations/webhooks/https-webhook-overview
 */
export function bigcommerce(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'bigcommerce');
  return defineProvider({
    name: 'bigcommerce',
    docs: 'https://developer.bigcommerce.com/docs/integrations/webhooks/https-webhook-overview',
    scheme: standardWebhook({ headers: 'webhook', secret: {} }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    retries: 'resigned',
    proof: 'sdk',
    eventType: { json: 'scope' },
  });
}
