import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings, type UrlSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * CoinPayments, the second API: HMAC-SHA256 over a byte order mark, the method, the URL, the client’s id, the time and the body. The page on
 * webhooks names the headers and says that they are made as those of API requests; the content here is that of the requests. It asks to check
 * the sender’s address as well.
 *
 * @see https://a-docs.coinpayments.net/api/webhooks/authenticating-requests
 */
export function coinpaymentsV2(settings: UrlSettings & TimedSettings): Provider {
  checkSettings(settings, ['publicUrl', 'toleranceSeconds'], 'coinpayments-v2');
  return defineProvider({
    name: 'coinpayments-v2',
    docs: 'https://a-docs.coinpayments.net/api/webhooks/authenticating-requests',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '\u00ef\u00bb\u00bf{method}{url}{client}{timestamp}{body}',
      values: { client: { header: 'x-coinpayments-client' } },
      signature: { header: 'x-coinpayments-signature', grammar: 'plain' },
      timestamp: { header: 'x-coinpayments-timestamp', unit: 'iso-utc' },
      publicUrl: settings.publicUrl,
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventType: { json: 'type' },
    addresses: {
      ranges: ['23.183.244.98/32', '23.183.244.249/32', '23.183.244.250/32'],
      asOf: '2026-11-27',
      source: 'https://a-docs.coinpayments.net/api/webhooks',
    },
  });
}
