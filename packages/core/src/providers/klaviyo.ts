import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Klaviyo: HMAC-SHA256 over the body and a time written as an HTTP date.
 *
 * @see https://developers.klaviyo.com/en/docs/working_with_system_webhooks
 */
export function klaviyo(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'klaviyo');
  return defineProvider({
    name: 'klaviyo',
    docs: 'https://developers.klaviyo.com/en/docs/working_with_system_webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}{timestamp}',
      signature: { header: 'klaviyo-signature', grammar: 'plain' },
      timestamp: { header: 'klaviyo-timestamp', unit: 'http-date' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
  });
}
