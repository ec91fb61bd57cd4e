import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * CinetPay: HMAC-SHA256 over sixteen fields of the form with nothing between them, so that a digit can move from one to the next. It says that
 * a payment changed, not how: ask for the transaction before you believe it. A GET to the same URL is only a ping.
 *
 * @see https://docs.cinetpay.com/api/1.0-en/checkout/hmac
 */
export function cinetpay(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'cinetpay');
  return defineProvider({
    name: 'cinetpay',
    docs: 'https://docs.cinetpay.com/api/1.0-en/checkout/hmac',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{fields}',
      values: {
        fields: {
          canonical: 'fields',
          of: 'form',
          join: '',
          fields: [
            ...['cpm_site_id', 'cpm_trans_id', 'cpm_trans_date', 'cpm_amount', 'cpm_currency', 'signature'],
            ...['payment_method', 'cel_phone_num', 'cpm_phone_prefixe', 'cpm_language', 'cpm_version'],
            ...['cpm_payment_config', 'cpm_page_action', 'cpm_custom', 'cpm_designation', 'cpm_error_message'],
          ],
        },
      },
      signature: { header: 'x-token', grammar: 'plain' },
    }),
    proof: 'recipe',
    unsigned: ['every field that is not in the token', 'the borders between fields'],
  });
}
