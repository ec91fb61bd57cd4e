import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Knock: HMAC-SHA256 over time in milliseconds and body, in base64.
 *
 * @see https://docs.knock.app/developer-tools/outbound-webhooks/overview
 */
export function knock(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'knock');
  return defineProvider({
    name: 'knock',
    docs: 'https://docs.knock.app/developer-tools/outbound-webhooks/overview',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{timestamp}.{body}',
      signature: { header: 'x-knock-signature', grammar: 'pairs', timestamp: 't', signatures: 's' },
      timestamp: { unit: 'milliseconds' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventId: { json: 'id' },
    eventType: { json: 'type' },
  });
}
