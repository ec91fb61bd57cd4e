import { defineProvider } from '../lib/scheme/define-provider.ts';
import { digest } from '../lib/scheme/digest.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Fawry, server notification V2: a plain SHA-256 of seven fields and the secure key, amounts with two decimals. Nothing stands between the
 * fields, so where one ends and the next begins is not signed: compare the amount with your own order. Customer, fees and time are not signed.
 * V1, a GET, is not read.
 *
 * @see https://developer.fawrystaging.com/docs/payment-notifications/server-notification-v2
 */
export function fawry(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'fawry');
  return defineProvider({
    name: 'fawry',
    docs: 'https://developer.fawrystaging.com/docs/payment-notifications/server-notification-v2',
    scheme: digest({
      digest: 'sha256',
      encoding: 'hex',
      content: '{fields}{secret}',
      values: {
        fields: {
          canonical: 'fields',
          of: 'json',
          join: '',
          decimals: { paymentAmount: 2, orderAmount: 2 },
          fields: [
            'fawryRefNumber',
            'merchantRefNumber',
            'paymentAmount',
            'orderAmount',
            'orderStatus',
            'paymentMethod',
            'paymentRefrenceNumber',
          ],
        },
      },
      signature: { json: 'messageSignature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { json: 'orderStatus' },
    unsigned: ['customer', 'fawryFees', 'paymentTime', 'requestId', 'orderItems'],
  });
}
