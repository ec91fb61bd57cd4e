import { defineProvider } from '../lib/scheme/define-provider.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import { standardWebhook } from '../lib/scheme/standard-webhook.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Standard Webhooks: HMAC-SHA256 (`v1`) over id, time and body, under `whsec_` and a base64 key, or Ed25519 (`v1a`) under a public key, `whpk_`.
 * Retries keep the id and are signed anew.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function standardWebhooks(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'standardWebhooks');
  return defineProvider({
    name: 'standard-webhooks',
    docs: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
    scheme: standardWebhook({
      headers: 'webhook',
      secret: { encoding: 'base64', prefix: 'whsec_', refuse: ['whsk_', 'sk_live_', 'sk_test_'] },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    retries: 'resigned',
    proof: 'published',
    eventType: { json: 'type' },
  });
}
