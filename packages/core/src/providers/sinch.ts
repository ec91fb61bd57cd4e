import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Sinch Conversation API: HMAC-SHA256 over body, nonce and time, under the webhook's secret. Without a secret nothing is signed. The other
 * products of Sinch sign otherwise.
 *
 * @see https://developers.sinch.com/docs/conversation/callbacks/
 */
export function sinch(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'sinch');
  return defineProvider({
    name: 'sinch',
    docs: 'https://developers.sinch.com/docs/conversation/callbacks/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}.{id}.{timestamp}',
      signature: { header: 'x-sinch-webhook-signature', grammar: 'plain' },
      timestamp: { header: 'x-sinch-webhook-signature-timestamp' },
      id: { header: 'x-sinch-webhook-signature-nonce' },
      require: [{ header: 'x-sinch-webhook-signature-algorithm', value: 'HmacSHA256' }],
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'published',
  });
}
