import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `coinpaymentsIpn`. */
export interface CoinpaymentsIpnSettings {
  /** The merchant's id: notifications for another one are refused. */
  readonly merchant?: string;
}

/**
 * CoinPayments, payment notifications of the first API: HMAC-SHA512 over the form as it came, under the IPN secret. With the merchant’s id
 * given, a notification for another merchant is refused. A notification in the mode httpauth is not read. No time is signed.
 *
 * @see https://www.coinpayments.net/merchant-tools-ipn
 */
export function coinpaymentsIpn(settings: CoinpaymentsIpnSettings = {}): Provider {
  checkSettings(settings, ['merchant'], 'coinpayments-ipn');
  return defineProvider({
    name: 'coinpayments-ipn',
    docs: 'https://www.coinpayments.net/merchant-tools-ipn',
    scheme: hmac({
      digest: 'sha512',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'hmac', grammar: 'plain' },
      require: [
        { form: 'ipn_mode', value: 'hmac' },
        ...(settings.merchant === undefined ? [] : [{ form: 'merchant', value: settings.merchant }]),
      ],
    }),
    proof: 'recipe',
    eventId: { form: 'ipn_id' },
    eventType: { form: 'ipn_type' },
    acknowledgement: { status: 200, contentType: 'text/plain', body: 'IPN OK' },
  });
}
