import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** Whose payments PayPal is to vouch for, and where your reference stands. */
export interface PaypalIpnAccount {
  /** Your account's id (`receiver_id`), 13 letters and digits. PayPal vouches for notices of every merchant; those of others are refused. */
  readonly merchantId: Credential;
  /** The field that holds your reference. Default `invoice`. */
  readonly referenceIn?: 'invoice' | 'custom' | 'item_number' | undefined;
}

/**
 * Posts an IPN back to PayPal, byte for byte and behind `cmd=_notify-validate`, and believes it when the answer is `VERIFIED`.
 *
 * PayPal vouches for the notice as it was sent, so its fields are compared. A refund or a reversal is a notice with an id of its own
 * (`txn_id`; the payment's is `parent_txn_id`) and a negative amount: `expected` can read that in `notice.body` and answer with what was
 * refunded. `Canceled_Reversal` is no later name of `Completed`: it gives back what a reversal took, with an id of its own, and is an event.
 * A pending payment reaches the handler as `pending`: its notice would never say anything else. Notices without `txn_id` (subscriptions that
 * begin or end) are refused.
 *
 * @see https://developer.paypal.com/api/nvp-soap/ipn/IPNImplementation/
 * @throws ConfigurationError for options that could not work, by name
 */
export function paypalIpnConfirm(account: PaypalIpnAccount, options: ConfirmOptions = {}): Confirm {
  const { referenceIn = 'invoice', ...given } = account;
  return confirmWith(
    {
      provider: 'paypal-ipn',
      docs: 'https://developer.paypal.com/api/nvp-soap/ipn/IPNImplementation/',
      base: { live: 'https://ipnpb.paypal.com', sandbox: 'https://ipnpb.sandbox.paypal.com' },
      notice: {
        id: { at: { form: 'txn_id' }, pattern: /[0-9A-Z]{8,32}/ },
        reference: { at: { form: referenceIn }, pattern: /[^\r\n]{1,256}/, optional: true },
        type: { at: { form: 'txn_type' }, pattern: /[\w-]{1,64}/, optional: true },
      },
      credentials: ['merchantId'],
      lookup: {
        path: '/cgi-bin/webscr',
        // PayPal answers 403 to whoever does not say who it is.
        headers: { 'user-agent': 'Postern-IPN' },
        raw: { before: 'cmd=_notify-validate&' },
      },
      answer: {
        text: { genuine: 'VERIFIED', forged: 'INVALID' },
        own: [{ at: { delivery: { form: 'receiver_id' } }, is: '{merchantId}' }],
        reference: { delivery: { form: referenceIn } },
        amount: { delivery: { form: 'mc_gross' } },
        currency: { delivery: { form: 'mc_currency' } },
        status: { delivery: { form: 'payment_status' } },
        statuses: {
          paid: ['Completed', 'Canceled_Reversal'],
          failed: ['Denied', 'Expired', 'Failed', 'Voided'],
          reversed: ['Refunded', 'Partially_Refunded', 'Reversed'],
          open: ['Pending', 'Processed', 'Created', 'In-Progress'],
        },
        environment: { at: { delivery: { form: 'test_ipn' } }, live: '', sandbox: '1' },
      },
    },
    given,
    options,
  );
}
