import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** What proves a merchant to Hubtel. */
export interface HubtelCredentials {
  /** The POS Sales ID of the dashboard. */
  readonly posSalesId: Credential;
  readonly apiId: Credential;
  readonly apiKey: Credential;
}

/**
 * Asks Hubtel for the status of the transaction that a callback names. `reference` of your order is the `ClientReference`.
 *
 * Hubtel answers addresses alone that it was told to let in: others get 403, and it counts as unavailable. It has one host and documents no
 * sandbox, so `environment` decides nothing but what your handler is told. Its `currencyCode` may be `null`: it settles in cedi, and `expected`
 * says `GHS`. A payment that failed stays `Unpaid` for ever, which is not told from one that is under way: its callback is answered 503.
 *
 * @see https://developers.hubtel.com/docs/business/api_documentation/payment_apis/online_checkout
 * @throws ConfigurationError for options that could not work, by name
 */
export function hubtelConfirm(credentials: HubtelCredentials, options: ConfirmOptions = {}): Confirm {
  return confirmWith(
    {
      provider: 'hubtel',
      docs: 'https://developers.hubtel.com/docs/business/api_documentation/payment_apis/online_checkout',
      base: { live: 'https://api-txnstatus.hubtel.com', sandbox: 'https://api-txnstatus.hubtel.com' },
      notice: { id: { at: { json: 'Data.ClientReference' }, pattern: /[\w-]{1,64}/ } },
      credentials: ['posSalesId', 'apiId', 'apiKey'],
      lookup: { path: '/transactions/{posSalesId}/status?clientReference={id}', basic: ['{apiId}', '{apiKey}'] },
      answer: {
        success: { at: 'responseCode', is: ['0000'] },
        id: 'data.clientReference',
        reference: 'data.clientReference',
        amount: 'data.amount',
        currency: { fixed: 'GHS' },
        status: 'data.status',
        statuses: { paid: ['Paid'], reversed: ['Refunded'], pending: ['Unpaid'] },
        identity: ['data.transactionId'],
      },
    },
    { ...credentials },
    options,
  );
}
