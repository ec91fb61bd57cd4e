import { defineProvider } from '../lib/scheme/define-provider.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import { standardWebhook } from '../lib/scheme/standard-webhook.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Goody, through Svix: HMAC-SHA256 over id, time and body. A retry has the same id and a time and signature of its own.
 *
 * @see https://developer.ongoody.com/webhooks/webhook-security
 */
export function goody(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'goody');
  return defineProvider({
    name: 'goody',
    docs: 'https://developer.ongoody.com/webhooks/webhook-security',
    scheme: standardWebhook({ headers: 'svix' }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    retries: 'resigned',
    proof: 'published',
    eventType: { json: 'type' },
  });
}
