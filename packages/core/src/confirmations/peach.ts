import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** What proves a merchant to Peach Payments. */
export interface PeachCredentials {
  /** The entity's id in the dashboard. */
  readonly entityId: Credential;
  /** The secret token, which signs webhooks of the `checkout` format too. */
  readonly secretToken: Credential;
}

/**
 * Asks Peach Payments for the status of the checkout that a webhook of the `checkout` format names. `reference` of your order is the
 * `merchantTransactionId`.
 *
 * The request is signed as every request of the checkout is. Result codes that begin with 000.000, 000.100.1, 000.300 and 000.600 are
 * successes; pending, under review and uncertain ones wait. A success may get another code of a success later (000.600 is one "due to external
 * update"): that is no event of its own, and the `id` of the answer tells a second payment from it. The keys of the answer have dots in them.
 * How it answers for an unknown checkout is not documented where we could read it, but for 404.
 *
 * @see https://developer.peachpayments.com/docs/checkout-payment-status
 * @throws ConfigurationError for options that could not work, by name
 */
export function peachConfirm(credentials: PeachCredentials, options: ConfirmOptions = {}): Confirm {
  return confirmWith(
    {
      provider: 'peach',
      docs: 'https://developer.peachpayments.com/docs/checkout-payment-status',
      base: { live: 'https://secure.peachpayments.com', sandbox: 'https://testsecure.peachpayments.com' },
      notice: {
        id: { at: { form: 'checkoutId' }, pattern: /[A-Za-z0-9.-]{32,48}/ },
        reference: { at: { form: 'merchantTransactionId' }, pattern: /[^\r\n]{1,64}/, optional: true },
      },
      credentials: ['entityId', 'secretToken'],
      derived: {
        signature: {
          hmac: 'sha256',
          key: '{secretToken}',
          over: 'authentication.entityId{entityId}checkoutId{id}',
          encoding: 'hex',
        },
      },
      lookup: { path: '/status?authentication.entityId={entityId}&checkoutId={id}&signature={signature}' },
      answer: {
        unknown: { http: [404] },
        id: 'checkoutId',
        reference: 'merchantTransactionId',
        amount: 'amount',
        currency: 'currency',
        status: { key: 'result.code' },
        statuses: {
          paid: [['000.000.*', '000.100.1*', '000.300.*', '000.600.*']],
          failed: ['100.*', '200.*', '300.*', '500.*', '600.*', '700.*', '800.*'],
          pending: ['000.200.*', '000.400.*', '900.*', '999.*'],
        },
        identity: ['id'],
      },
    },
    { ...credentials },
    options,
  );
}
