import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** What proves a merchant to PesaPal. */
export interface PesapalCredentials {
  readonly consumerKey: Credential;
  readonly consumerSecret: Credential;
}

/**
 * Asks PesaPal API 3.0 for the status of the transaction that an IPN names. For `IPNCHANGE`, `reference` of your order is the `id` that you
 * gave to SubmitOrderRequest; for `RECURRING` it is the `account_number`.
 *
 * `status_code` decides, since its words change their case: 1 is paid, 2 failed, 3 reversed. 0 (`INVALID`) is said of payments that are under
 * way, too, and `payment_details_not_found` as well: PesaPal is asked again at its next try. It documents no limit of requests; 100 a minute
 * is ours. How it answers for an unknown transaction is not documented either: what is no report of a payment makes it unavailable, and
 * never confirms one. Whether a recurring charge has a tracking id of its own is not said: where the answer holds
 * `subscription_transaction_info`, the charge's codes are part of its identity, whatever type the notice claims. Elsewhere the confirmation
 * code is not, since it may come later.
 *
 * @see https://developer.pesapal.com/how-to-integrate/e-commerce/api-30-json/gettransactionstatus
 * @throws ConfigurationError for options that could not work, by name
 */
export function pesapalConfirm(credentials: PesapalCredentials, options: ConfirmOptions = {}): Confirm {
  return confirmWith(
    {
      provider: 'pesapal',
      docs: 'https://developer.pesapal.com/how-to-integrate/e-commerce/api-30-json/gettransactionstatus',
      base: { live: 'https://pay.pesapal.com/v3', sandbox: 'https://cybqa.pesapal.com/pesapalv3' },
      notice: {
        id: {
          at: [{ query: 'OrderTrackingId' }, { json: 'OrderTrackingId' }, { form: 'OrderTrackingId' }],
          pattern: /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i,
          fold: 'lower',
        },
        reference: {
          at: [
            { query: 'OrderMerchantReference' },
            { json: 'OrderMerchantReference' },
            { form: 'OrderMerchantReference' },
          ],
          pattern: /[\w.:-]{1,50}/,
        },
        type: {
          at: [
            { query: 'OrderNotificationType' },
            { json: 'OrderNotificationType' },
            { form: 'OrderNotificationType' },
          ],
          // `CALLBACKURL` is a browser's way back, and no IPN.
          pattern: /IPNCHANGE|RECURRING/,
        },
      },
      credentials: ['consumerKey', 'consumerSecret'],
      token: {
        path: '/api/Auth/RequestToken',
        json: { consumer_key: '{consumerKey}', consumer_secret: '{consumerSecret}' },
        at: 'token',
        expires: { date: 'expiryDate' },
        refused: { at: 'status', is: ['401'] },
        lifetimeSeconds: 300,
      },
      lookup: {
        path: '/api/Transactions/GetTransactionStatus?orderTrackingId={id}',
        headers: { authorization: 'Bearer {token}', 'content-type': 'application/json' },
      },
      answer: {
        unsettled: { at: 'error.code', is: ['payment_details_not_found'] },
        success: { at: 'status', is: ['200'] },
        reference: 'merchant_reference',
        amount: 'amount',
        currency: 'currency',
        status: 'status_code',
        statuses: { paid: ['1'], failed: ['2'], reversed: ['3'], pending: ['0'] },
        identity: [
          'subscription_transaction_info.correlation_id',
          { at: 'confirmation_code', beside: 'subscription_transaction_info' },
        ],
        byType: { RECURRING: { reference: 'subscription_transaction_info.account_reference' } },
      },
    },
    { ...credentials },
    options,
  );
}
