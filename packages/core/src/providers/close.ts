import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Close: HMAC-SHA256 over time and body with nothing between them, under the signature key, which is hex.
 *
 * @see https://developer.close.com/topics/webhooks/
 */
export function close(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'close');
  return defineProvider({
    name: 'close',
    docs: 'https://developer.close.com/topics/webhooks/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}{body}',
      signature: { header: 'close-sig-hash', grammar: 'plain' },
      timestamp: { header: 'close-sig-timestamp' },
      secret: { encoding: 'hex' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventId: { json: 'event.id' },
    eventType: { json: 'event.object_type' },
  });
}
