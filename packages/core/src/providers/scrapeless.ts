import { defineProvider } from '../lib/scheme/define-provider.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import { standardWebhook } from '../lib/scheme/standard-webhook.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Scrapeless, through Svix: HMAC-SHA256 over id, time and body. A retry has the same id and a time and signature of its own.
 *
 * @see https://docs.scrapeless.com/en/general/webhooks/verifying-webhooks
 */
export function scrapeless(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'scrapeless');
  return defineProvider({
    name: 'scrapeless',
    docs: 'https://docs.scrapeless.com/en/general/webhooks/verifying-webhooks',
    scheme: standardWebhook({ headers: 'svix' }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    retries: 'resigned',
    proof: 'published',
    eventType: { json: 'type' },
  });
}
