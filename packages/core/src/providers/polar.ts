import { defineProvider } from '../lib/scheme/define-provider.ts';
import { standardWebhook } from '../lib/scheme/standard-webhook.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Polar: the headers of Standard Webhooks, HMAC-SHA256 over id, time and body. The key is the text of the secret, all of it: it is not base64.
 *
 * @see https://polar.sh/docs/integrate/webhooks/delivery
 */
export function polar(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'polar');
  return defineProvider({
    name: 'polar',
    docs: 'https://polar.sh/docs/integrate/webhooks/delivery',
    scheme: standardWebhook({ headers: 'webhook', secret: { encoding: 'text', refuse: ['polar_oat_', 'polar_pat_'] } }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    retries: 'resigned',
    proof: 'sdk',
    eventType: { json: 'type' },
  });
}
