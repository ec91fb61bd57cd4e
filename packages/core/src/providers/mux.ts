import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Mux: HMAC-SHA256 over time and body, under the webhook’s signing secret. Of several signatures one that is none is passed over, as by Mux’s own library.
 *
 * @see https://www.mux.com/docs/core/verify-webhook-signatures
 */
export function mux(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'mux');
  return defineProvider({
    name: 'mux',
    docs: 'https://www.mux.com/docs/core/verify-webhook-signatures',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}.{body}',
      signature: {
        header: 'mux-signature',
        grammar: 'pairs',
        timestamp: 't',
        signatures: 'v1',
        undecodable: 'skipped',
      },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'published',
    eventId: { json: 'id' },
    eventType: { json: 'type' },
  });
}
