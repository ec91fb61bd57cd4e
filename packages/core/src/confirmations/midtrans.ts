import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** What proves a merchant to Midtrans. */
export interface MidtransCredentials {
  /** `Mid-server-…`, or `SB-Mid-server-…` in the sandbox. */
  readonly serverKey: Credential;
}

/**
 * Asks Midtrans for the transaction of the order that a notification names: its signature does not cover the status. `reference` of your order
 * is the `order_id`.
 *
 * A capture that the fraud detection holds (`challenge`) is not decided. A card's `capture` becomes `settlement` by itself within a day, and is
 * paid once; other means begin with `settlement`. Each refund is an event of its own: the refunded sum is part of the identity.
 *
 * @see https://docs.midtrans.com/docs/get-status-api-requests
 * @throws ConfigurationError for options that could not work, by name
 */
export function midtransConfirm(credentials: MidtransCredentials, options: ConfirmOptions = {}): Confirm {
  return confirmWith(
    {
      provider: 'midtrans',
      docs: 'https://docs.midtrans.com/docs/get-status-api-requests',
      base: { live: 'https://api.midtrans.com/v2', sandbox: 'https://api.sandbox.midtrans.com/v2' },
      notice: { id: { at: { json: 'order_id' }, pattern: /[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,49}/ } },
      credentials: ['serverKey'],
      systems: { serverKey: { live: 'Mid-server-', sandbox: 'SB-' } },
      lookup: { path: '/{id}/status', basic: ['{serverKey}', ''] },
      answer: {
        unknown: { http: [404], where: { at: 'status_code', is: ['404'] } },
        unsettled: { at: 'fraud_status', is: ['challenge'] },
        id: 'order_id',
        reference: 'order_id',
        amount: 'gross_amount',
        currency: 'currency',
        status: 'transaction_status',
        statuses: {
          paid: [['capture', 'settlement']],
          failed: ['deny', 'cancel', 'expire', 'failure'],
          reversed: ['refund', 'partial_refund', 'chargeback', 'partial_chargeback'],
          pending: ['pending', 'authorize'],
        },
        identity: ['transaction_id', 'refund_amount'],
      },
    },
    { ...credentials },
    options,
  );
}
