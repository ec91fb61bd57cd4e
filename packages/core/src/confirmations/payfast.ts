import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** Whose payments PayFast is to vouch for. */
export interface PayfastAccount {
  /** Your merchant id: notices of other merchants are refused. */
  readonly merchantId: Credential;
}

/**
 * Posts an ITN back to PayFast, byte for byte but for its `signature`, and believes it when the answer is `VALID`. `reference` of your order
 * is `m_payment_id`. Its MD5 was right before.
 *
 * PayFast lets an amount differ by a cent and its samples compare floats; here it is exact. It settles in rand alone, and its notices name no
 * currency: `expected` says `ZAR`.
 *
 * @see https://developers.payfast.co.za/docs#step_4_confirm_payment
 * @throws ConfigurationError for options that could not work, by name
 */
export function payfastConfirm(account: PayfastAccount, options: ConfirmOptions = {}): Confirm {
  return confirmWith(
    {
      provider: 'payfast',
      docs: 'https://developers.payfast.co.za/docs#step_4_confirm_payment',
      base: { live: 'https://www.payfast.co.za', sandbox: 'https://sandbox.payfast.co.za' },
      notice: {
        id: { at: { form: 'pf_payment_id' }, pattern: /\d{1,20}/ },
        reference: { at: { form: 'm_payment_id' }, pattern: /[^\r\n]{1,100}/, optional: true },
      },
      credentials: ['merchantId'],
      lookup: { path: '/eng/query/validate', raw: { except: ['signature'] } },
      answer: {
        text: { genuine: 'VALID', forged: 'INVALID' },
        own: [{ at: { delivery: { form: 'merchant_id' } }, is: '{merchantId}' }],
        reference: { delivery: { form: 'm_payment_id' } },
        amount: { delivery: { form: 'amount_gross' } },
        currency: { fixed: 'ZAR' },
        status: { delivery: { form: 'payment_status' } },
        statuses: { paid: ['COMPLETE'], failed: ['CANCELLED', 'FAILED'], open: ['PENDING'] },
      },
    },
    { ...account },
    options,
  );
}
