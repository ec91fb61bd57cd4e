import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Trigger.dev, alerts: HMAC-SHA256 over the body. No time is signed outside of it.
 *
 * @see https://trigger.dev/docs/troubleshooting-alerts#alert-webhooks
 */
export function triggerDev(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'trigger-dev');
  return defineProvider({
    name: 'trigger-dev',
    docs: 'https://trigger.dev/docs/troubleshooting-alerts#alert-webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-trigger-signature-hmacsha256', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventId: { json: 'id' },
    eventType: { json: 'type' },
  });
}
