import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** What proves a merchant to Xendit. */
export interface XenditCredentials {
  /** `xnd_production_…`, or `xnd_development_…` in the sandbox: one host serves both, and the key decides. */
  readonly secretKey: Credential;
}

/**
 * Fetches the invoice that a callback of Xendit names. Its verification token covers nothing. `reference` of your order is the `external_id`.
 *
 * Callbacks of other products (payment requests, virtual accounts, payouts) are built otherwise, have other look-ups, and are refused: send
 * them to an endpoint of their own. The amount is the invoice's, which is what your order says. A `PAID` invoice becomes `SETTLED` when
 * the money is in your balance: that is no event of its own.
 *
 * @see https://docs.xendit.co/apidocs/get-invoice
 * @throws ConfigurationError for options that could not work, by name
 */
export function xenditConfirm(credentials: XenditCredentials, options: ConfirmOptions = {}): Confirm {
  return confirmWith(
    {
      provider: 'xendit',
      docs: 'https://docs.xendit.co/apidocs/get-invoice',
      base: { live: 'https://api.xendit.co', sandbox: 'https://api.xendit.co' },
      notice: {
        id: { at: { json: 'id' }, pattern: /[0-9a-f]{24}/ },
        reference: { at: { json: 'external_id' }, pattern: /[^\r\n]{1,255}/ },
      },
      credentials: ['secretKey'],
      systems: { secretKey: { live: 'xnd_production_', sandbox: 'xnd_development_' } },
      lookup: { path: '/v2/invoices/{id}', basic: ['{secretKey}', ''] },
      answer: {
        unknown: { http: [404] },
        id: 'id',
        reference: 'external_id',
        amount: 'amount',
        currency: 'currency',
        status: 'status',
        statuses: { paid: [['PAID', 'SETTLED']], failed: ['EXPIRED'], pending: ['PENDING'] },
      },
    },
    { ...credentials },
    options,
  );
}
