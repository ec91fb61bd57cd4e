import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Ghost (5.87 and later): HMAC-SHA256 over body and time in milliseconds, with nothing between them. Older versions sign the body alone and
 * are refused: their time proves nothing.
 *
 * @see https://docs.ghost.org/webhooks
 */
export function ghost(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'ghost');
  return defineProvider({
    name: 'ghost',
    docs: 'https://docs.ghost.org/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}{timestamp}',
      signature: { header: 'x-ghost-signature', grammar: 'pairs', timestamp: 't', signatures: 'sha256', spaced: true },
      timestamp: { unit: 'milliseconds' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
  });
}
