import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** What proves a merchant to Moyasar, and where your reference stands. */
export interface MoyasarCredentials {
  /** `sk_live_…`, or `sk_test_…` in the sandbox: one host serves both, and the key decides. */
  readonly secretKey: Credential;
  /** The path of your reference in the payment. Default `metadata.order_id`, which you gave when you made it. */
  readonly referenceAt?: string | undefined;
}

/**
 * Fetches the payment that a webhook of Moyasar names. Its token stands in the body and covers nothing.
 *
 * Amounts are whole numbers of the smallest unit and are compared in the main one: 1500 of SAR is `'15.00'`. A partial refund is an event
 * of its own: the refunded sum is part of the identity. An authorised payment waits for its capture. `paid` and `captured` are alternatives:
 * a payment is `captured` only where it was authorised first, and was never `paid`.
 *
 * @see https://docs.moyasar.com/api/payments/fetch-payment
 * @throws ConfigurationError for options that could not work, by name
 */
export function moyasarConfirm(credentials: MoyasarCredentials, options: ConfirmOptions = {}): Confirm {
  const { referenceAt = 'metadata.order_id', ...given } = credentials;
  return confirmWith(
    {
      provider: 'moyasar',
      docs: 'https://docs.moyasar.com/api/payments/fetch-payment',
      base: { live: 'https://api.moyasar.com/v1', sandbox: 'https://api.moyasar.com/v1' },
      notice: {
        id: {
          at: { json: 'data.id' },
          pattern: /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i,
          fold: 'lower',
        },
        type: { at: { json: 'type' }, pattern: /payment_\w{1,40}/ },
      },
      credentials: ['secretKey'],
      systems: { secretKey: { live: 'sk_live_', sandbox: 'sk_test_' } },
      lookup: { path: '/payments/{id}', basic: ['{secretKey}', ''] },
      answer: {
        unknown: { http: [404] },
        id: 'id',
        reference: referenceAt,
        amount: 'amount',
        currency: 'currency',
        status: 'status',
        statuses: {
          paid: ['paid', 'captured'],
          failed: ['failed'],
          reversed: ['refunded', 'voided'],
          pending: ['initiated', 'authorized', 'verified'],
        },
        identity: ['refunded'],
        minorUnits: true,
      },
    },
    given,
    options,
  );
}
