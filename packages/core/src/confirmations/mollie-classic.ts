import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** What proves a merchant to Mollie, and where your reference stands. */
export interface MollieClassicCredentials {
  /** `live_…`, or `test_…` in the sandbox: one host serves both, and the key decides. */
  readonly apiKey: Credential;
  /** The path of your reference in the payment. Default `metadata.order_id`, which you gave when you made it. */
  readonly referenceAt?: string | undefined;
}

/**
 * Fetches the payment whose id is all that a classic webhook of Mollie says.
 *
 * `expected` gets that id alone, so keep it with your order when Mollie gives it to you. A refund or a chargeback leaves the status at `paid`:
 * their sums are part of the identity, so that each runs the handler once, and `confirmed.json()` holds them. An authorised payment waits
 * until it is captured. Ids of orders, subscriptions and payment links are refused. Mollie would like 200 for ids it does not know to be
 * yours: here they get 404, which says no more than a timeout would.
 *
 * @see https://docs.mollie.com/reference/get-payment
 * @throws ConfigurationError for options that could not work, by name
 */
export function mollieClassicConfirm(credentials: MollieClassicCredentials, options: ConfirmOptions = {}): Confirm {
  const { referenceAt = 'metadata.order_id', ...given } = credentials;
  return confirmWith(
    {
      provider: 'mollie-classic',
      docs: 'https://docs.mollie.com/reference/get-payment',
      base: { live: 'https://api.mollie.com/v2', sandbox: 'https://api.mollie.com/v2' },
      notice: { id: { at: { form: 'id' }, pattern: /tr_[A-Za-z0-9]{4,60}/ } },
      credentials: ['apiKey'],
      systems: { apiKey: { live: 'live_', sandbox: 'test_' } },
      lookup: { path: '/payments/{id}', headers: { authorization: 'Bearer {apiKey}' } },
      answer: {
        unknown: { http: [404] },
        id: 'id',
        reference: referenceAt,
        amount: 'amount.value',
        currency: 'amount.currency',
        status: 'status',
        statuses: {
          paid: ['paid'],
          failed: ['failed', 'canceled', 'expired'],
          pending: ['open', 'pending', 'authorized'],
        },
        identity: ['amountRefunded.value', 'amountChargedBack.value'],
        environment: { at: 'mode', live: 'live', sandbox: 'test' },
      },
    },
    given,
    options,
  );
}
