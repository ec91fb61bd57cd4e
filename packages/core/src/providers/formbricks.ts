import { defineProvider } from '../lib/scheme/define-provider.ts';
import { standardWebhook } from '../lib/scheme/standard-webhook.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Formbricks: Standard Webhooks, HMAC-SHA256 over id, time and body.
 *
 * @see https://formbricks.com/docs/xm-and-surveys/core-features/integrations/webhooks
 */
export function formbricks(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'formbricks');
  return defineProvider({
    name: 'formbricks',
    docs: 'https://formbricks.com/docs/xm-and-surveys/core-features/integrations/webhooks',
    scheme: standardWebhook({ headers: 'webhook' }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    retries: 'resigned',
    proof: 'sdk',
    eventType: { json: 'event' },
  });
}
