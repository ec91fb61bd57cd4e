import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Wave: HMAC-SHA256 over time and body, with nothing between them. During a rotation it carries a signature for each secret. Wave's other
 * strategy, the secret itself after `Bearer`, covers nothing and is not read here.
 *
 * @see https://docs.wave.com/webhook
 */
export function wave(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'wave');
  return defineProvider({
    name: 'wave',
    docs: 'https://docs.wave.com/webhook',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}{body}',
      signature: { header: 'wave-signature', grammar: 'pairs', timestamp: 't', signatures: 'v1' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventId: { json: 'id' },
    eventType: { json: 'type' },
  });
}
