import { defineProvider } from '../lib/scheme/define-provider.ts';
import { standardWebhook } from '../lib/scheme/standard-webhook.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Yoco: Standard Webhooks, HMAC-SHA256 over id, time and body under `whsec_` and a base64 key, within three minutes. A retry has a time and
 * signature of its own. One endpoint gets live and test events alike, and `mode` tells them apart.
 *
 * @see https://developer.yoco.com/guides/online-payments/webhooks/verifying-the-events
 */
export function yoco(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'yoco');
  return defineProvider({
    name: 'yoco',
    docs: 'https://developer.yoco.com/guides/online-payments/webhooks/verifying-the-events',
    scheme: standardWebhook({ headers: 'webhook' }),
    toleranceSeconds: settings.toleranceSeconds ?? 180,
    retries: 'resigned',
    proof: 'recipe',
    eventType: { json: 'type' },
    environment: { json: 'payload.mode', live: 'live', sandbox: 'test' },
  });
}
