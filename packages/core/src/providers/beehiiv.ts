import { defineProvider } from '../lib/scheme/define-provider.ts';
import { standardWebhook } from '../lib/scheme/standard-webhook.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * beehiiv: HMAC-SHA256 over id, time and body, sent by Svix under its headers. Its page could not be read; some receivers look for a header
 * `X-Beehiiv-Signature`, of which no page was found.
 *
 * @see https://developers.beehiiv.com/webhooks
 */
export function beehiiv(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'beehiiv');
  return defineProvider({
    name: 'beehiiv',
    docs: 'https://developers.beehiiv.com/webhooks',
    scheme: standardWebhook({ headers: 'svix' }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    retries: 'resigned',
    proof: 'recipe',
    eventType: { json: 'event_type' },
  });
}
