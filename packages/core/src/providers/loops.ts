import { defineProvider } from '../lib/scheme/define-provider.ts';
import { standardWebhook } from '../lib/scheme/standard-webhook.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Loops: Standard Webhooks, HMAC-SHA256 over id, time and body. One endpoint an account, with one signing secret.
 *
 * @see https://loops.so/docs/webhooks
 */
export function loops(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'loops');
  return defineProvider({
    name: 'loops',
    docs: 'https://loops.so/docs/webhooks',
    scheme: standardWebhook({ headers: 'webhook' }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    retries: 'resigned',
    proof: 'recipe',
    eventType: { json: 'eventName' },
  });
}
