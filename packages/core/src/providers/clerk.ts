import { defineProvider } from '../lib/scheme/define-provider.ts';
import { standardWebhook } from '../lib/scheme/standard-webhook.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Clerk, through Svix: HMAC-SHA256 over id, time and body. A retry has the same id and a time and signature of its own.
 *
 * @see https://clerk.com/docs/webhooks/sync-data
 */
export function clerk(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'clerk');
  return defineProvider({
    name: 'clerk',
    docs: 'https://clerk.com/docs/webhooks/sync-data',
    scheme: standardWebhook({
      headers: 'svix',
      secret: { encoding: 'base64', prefix: 'whsec_', refuse: ['sk_', 'pk_'] },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    retries: 'resigned',
    proof: 'sdk',
    eventType: { json: 'type' },
  });
}
