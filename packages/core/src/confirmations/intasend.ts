import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** What proves a merchant to IntaSend. */
export interface IntasendCredentials {
  /** `ISSecretKey_live_…`, or `ISSecretKey_test_…` in the sandbox. */
  readonly secretKey: Credential;
}

/**
 * Asks IntaSend for the status of the invoice that a collection event names. `reference` of your order is the `api_ref`.
 *
 * Events of payouts have other look-ups, no `invoice_id`, and are refused. The fields of the answer and its words are read from programs that
 * ask; how it answers for an unknown invoice is not documented where we could read it, so that counts as unavailable.
 *
 * @see https://developers.intasend.com/docs/payment-status
 * @throws ConfigurationError for options that could not work, by name
 */
export function intasendConfirm(credentials: IntasendCredentials, options: ConfirmOptions = {}): Confirm {
  return confirmWith(
    {
      provider: 'intasend',
      docs: 'https://developers.intasend.com/docs/payment-status',
      base: { live: 'https://payment.intasend.com', sandbox: 'https://sandbox.intasend.com' },
      notice: {
        id: { at: { json: 'invoice_id' }, pattern: /[A-Za-z0-9-]{4,64}/ },
        reference: { at: { json: 'api_ref' }, pattern: /[^\r\n]{1,200}/, optional: true },
      },
      credentials: ['secretKey'],
      systems: { secretKey: { live: 'ISSecretKey_live_', sandbox: 'ISSecretKey_test_' } },
      lookup: {
        path: '/api/v1/payment/status/',
        headers: { authorization: 'Bearer {secretKey}' },
        json: { invoice_id: '{id}' },
      },
      answer: {
        id: 'invoice.invoice_id',
        reference: 'invoice.api_ref',
        amount: 'invoice.value',
        currency: 'invoice.currency',
        status: 'invoice.state',
        statuses: { paid: ['COMPLETE'], failed: ['FAILED'], pending: ['PENDING', 'PROCESSING', 'RETRY'] },
      },
    },
    { ...credentials },
    options,
  );
}
