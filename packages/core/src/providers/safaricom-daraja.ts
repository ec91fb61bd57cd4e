import { defineProvider } from '../lib/scheme/define-provider.ts';
import { none } from '../lib/scheme/none.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Safaricom M-Pesa Daraja: nothing is signed. The portal lists the gateways' addresses, without a date. For an STK push
 * `safaricomDarajaConfirm` of `@postern/core/confirm` asks for the status of its CheckoutRequestID before your handler runs. Whether it
 * tries again is not known: seen answers differ.
 *
 * @see https://developer.safaricom.co.ke/
 */
export function safaricomDaraja(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'safaricom-daraja');
  return defineProvider({
    name: 'safaricom-daraja',
    docs: 'https://developer.safaricom.co.ke/',
    scheme: none({}),
    acknowledgement: {
      status: 200,
      contentType: 'application/json',
      body: '{"ResultCode":0,"ResultDesc":"Accepted"}',
    },
    addresses: {
      ranges: [
        ...['196.201.212.69/32', '196.201.212.74/32', '196.201.212.127/32', '196.201.212.129/32'],
        ...['196.201.212.136/32', '196.201.212.138/32', '196.201.213.44/32', '196.201.213.114/32'],
        ...['196.201.214.200/32', '196.201.214.206/32', '196.201.214.207/32', '196.201.214.208/32'],
      ],
      asOf: '2026-11-22',
      source: 'https://developer.safaricom.co.ke/',
    },
    proof: 'recipe',
    unsigned: ['everything'],
    failure: { json: { ResultCode: 1, ResultDesc: 'Rejected' } },
  });
}
