import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * BoldSign: HMAC-SHA256 over time and body. During a rotation the old secret and the new one sign, each under a key of its own.
 *
 * @see https://developers.boldsign.com/webhooks/verify-webhook-events/
 */
export function boldsign(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'boldsign');
  return defineProvider({
    name: 'boldsign',
    docs: 'https://developers.boldsign.com/webhooks/verify-webhook-events/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}.{body}',
      signature: {
        header: 'x-boldsign-signature',
        grammar: 'pairs',
        timestamp: 't',
        signatures: ['s0', 's1'],
        spaced: true,
      },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventId: { json: 'event.id' },
    eventType: { json: 'event.eventType' },
    environment: { json: 'event.environment', live: 'Live', sandbox: 'Test' },
    addresses: {
      ranges: ['35.243.182.124/32', '34.141.138.53/32', '34.130.12.142/32', '34.40.190.114/32'],
      asOf: '2026-11-27',
      source: 'https://developers.boldsign.com/webhooks/ip-whitelisting',
    },
  });
}
