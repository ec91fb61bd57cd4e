import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * ElevenLabs: HMAC-SHA256 over time and body. Its page takes what is up to thirty minutes old.
 *
 * @see https://elevenlabs.io/docs/overview/administration/webhooks
 */
export function elevenlabs(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'elevenlabs');
  return defineProvider({
    name: 'elevenlabs',
    docs: 'https://elevenlabs.io/docs/overview/administration/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}.{body}',
      signature: { header: 'elevenlabs-signature', grammar: 'pairs', timestamp: 't', signatures: 'v0' },
      secret: { refuse: ['sk_'] },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 1800,
    proof: 'recipe',
    eventType: { json: 'type' },
  });
}
