import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Standard Webhooks, symmetric signatures (`v1`): HMAC-SHA256 over id, time and body, under `whsec_` and a base64 key.
 * Retries keep the id and are signed anew. Asymmetric `v1a` signatures are passed over.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function standardWebhooks(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'standardWebhooks');
  return defineProvider({
    name: 'standard-webhooks',
    docs: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{id}.{timestamp}.{body}',
      signature: {
        header: 'webhook-signature',
        grammar: 'versioned',
        version: 'v1',
        separator: ' ',
        versionSeparator: ',',
      },
      timestamp: { header: 'webhook-timestamp' },
      id: { header: 'webhook-id' },
      secret: { encoding: 'base64', prefix: 'whsec_', refuse: ['whsk_', 'sk_live_', 'sk_test_'] },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    eventType: { json: 'type' },
  });
}
