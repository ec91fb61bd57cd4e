import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Billit: HMAC-SHA256 over time and body, under the secret that was returned when the webhook was made.
 *
 * @see https://docs.billit.be/docs/webhooks
 */
export function billit(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'billit');
  return defineProvider({
    name: 'billit',
    docs: 'https://docs.billit.be/docs/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}.{body}',
      signature: { header: 'billit-signature', grammar: 'pairs', timestamp: 't', signatures: 's' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
  });
}
