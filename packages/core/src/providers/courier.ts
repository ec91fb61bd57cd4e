import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Courier: HMAC-SHA256 over time in milliseconds and body.
 *
 * @see https://www.courier.com/docs/platform/workspace/outbound-webhooks
 */
export function courier(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'courier');
  return defineProvider({
    name: 'courier',
    docs: 'https://www.courier.com/docs/platform/workspace/outbound-webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}.{body}',
      signature: { header: 'courier-signature', grammar: 'pairs', timestamp: 't', signatures: 'signature' },
      timestamp: { unit: 'milliseconds' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventType: { json: 'type' },
  });
}
