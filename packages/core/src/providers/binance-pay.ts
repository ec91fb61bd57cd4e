import { defineProvider } from '../lib/scheme/define-provider.ts';
import { rsa } from '../lib/scheme/rsa.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Binance Pay: RSA with SHA-256 over time in milliseconds, nonce and body. The key is fetched by its serial from Binance Pay and given here,
 * the serial as its id.
 *
 * @see https://developers.binance.com/docs/binance-pay/webhook-common
 */
export function binancePay(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'binance-pay');
  return defineProvider({
    name: 'binance-pay',
    docs: 'https://developers.binance.com/docs/binance-pay/webhook-common',
    scheme: rsa({
      digest: 'sha256',
      encoding: 'base64',
      content: '{timestamp}\n{nonce}\n{body}\n',
      values: { nonce: { header: 'binancepay-nonce', word: true } },
      signature: { header: 'binancepay-signature', grammar: 'plain' },
      timestamp: { header: 'binancepay-timestamp', unit: 'milliseconds' },
      keyId: { header: 'binancepay-certificate-sn' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventType: { json: 'bizStatus' },
    acknowledgement: {
      status: 200,
      contentType: 'application/json',
      body: '{"returnCode":"SUCCESS","returnMessage":null}',
    },
    failure: { contentType: 'application/json', body: '{"returnCode":"FAIL","returnMessage":null}' },
  });
}
