import { defineProvider } from '../lib/scheme/define-provider.ts';
import { none } from '../lib/scheme/none.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

const ECHO = {
  orderNotificationType: [
    { query: 'OrderNotificationType' },
    { json: 'OrderNotificationType' },
    { form: 'OrderNotificationType' },
  ],
  orderTrackingId: [{ query: 'OrderTrackingId' }, { json: 'OrderTrackingId' }, { form: 'OrderTrackingId' }],
  orderMerchantReference: [
    { query: 'OrderMerchantReference' },
    { json: 'OrderMerchantReference' },
    { form: 'OrderMerchantReference' },
  ],
} as const;

/**
 * PesaPal API 3.0 IPN: nothing is signed, and it holds neither status nor amount. It comes by GET or POST, as registered. Its truth is what
 * GetTransactionStatus says: mount it with `confirm: pesapalConfirm({ … })` of `@postern/core/confirm`.
 *
 * The answer repeats type, tracking id and reference, with `status` 200 for what was processed and 500 for what was not. Which status of
 * HTTP goes with the latter is not documented: 503 says the same. Nor is the form of a POST: JSON and forms are read.
 *
 * @see https://developer.pesapal.com/how-to-integrate/e-commerce/api-30-json/registeripnurl
 */
export function pesapal(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'pesapal');
  return defineProvider({
    name: 'pesapal',
    docs: 'https://developer.pesapal.com/how-to-integrate/e-commerce/api-30-json/registeripnurl',
    scheme: none({}),
    methods: ['GET', 'POST'],
    proof: 'recipe',
    unsigned: ['everything'],
    eventType: ECHO.orderNotificationType,
    acknowledgement: { status: 200, json: { ...ECHO, status: 200 } },
    failure: { json: { ...ECHO, status: 500 } },
  });
}
