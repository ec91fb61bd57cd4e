import { defineProvider } from '../lib/scheme/define-provider.ts';
import { standardWebhook } from '../lib/scheme/standard-webhook.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Lithic: Standard Webhooks, HMAC-SHA256 over id, time and body.
 *
 * @see https://docs.lithic.com/docs/events-api#verifying-webhooks
 */
export function lithic(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'lithic');
  return defineProvider({
    name: 'lithic',
    docs: 'https://docs.lithic.com/docs/events-api#verifying-webhooks',
    scheme: standardWebhook({ headers: 'webhook' }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    retries: 'resigned',
    proof: 'sdk',
    eventType: { json: 'event_type' },
  });
}
