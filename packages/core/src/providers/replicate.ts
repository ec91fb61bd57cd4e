import { defineProvider } from '../lib/scheme/define-provider.ts';
import { standardWebhook } from '../lib/scheme/standard-webhook.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Replicate: Standard Webhooks, HMAC-SHA256 over id, time and body. Replicate’s own library does not look at the time; it is signed, and looked at here.
 *
 * @see https://replicate.com/docs/topics/webhooks/verify-webhook
 */
export function replicate(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'replicate');
  return defineProvider({
    name: 'replicate',
    docs: 'https://replicate.com/docs/topics/webhooks/verify-webhook',
    scheme: standardWebhook({ headers: 'webhook', secret: { encoding: 'base64', prefix: 'whsec_', refuse: ['r8_'] } }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    retries: 'resigned',
    proof: 'sdk',
    eventType: { json: 'status' },
  });
}
