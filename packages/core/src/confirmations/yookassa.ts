import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** What proves a shop to YooKassa, and where your reference stands. */
export interface YookassaCredentials {
  readonly shopId: Credential;
  /** `live_…`, or `test_…` of a test shop: one host serves both. */
  readonly secretKey: Credential;
  /** The path of your reference in the payment. Default `metadata.order_id`, which you gave when you made it. */
  readonly referenceAt?: string | undefined;
}

/**
 * Fetches the payment that a notification of YooKassa names.
 *
 * Notifications about refunds, deals and payouts name other objects and are refused: send them to an endpoint of their own. The sum that was
 * refunded is part of the identity. A payment that waits for its capture is not decided.
 *
 * @see https://yookassa.ru/developers/api#get_payment
 * @throws ConfigurationError for options that could not work, by name
 */
export function yookassaConfirm(credentials: YookassaCredentials, options: ConfirmOptions = {}): Confirm {
  const { referenceAt = 'metadata.order_id', ...given } = credentials;
  return confirmWith(
    {
      provider: 'yookassa',
      docs: 'https://yookassa.ru/developers/api#get_payment',
      base: { live: 'https://api.yookassa.ru/v3', sandbox: 'https://api.yookassa.ru/v3' },
      notice: {
        id: {
          at: { json: 'object.id' },
          pattern: /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i,
          fold: 'lower',
        },
        type: { at: { json: 'event' }, pattern: /payment\.(?:succeeded|canceled|waiting_for_capture)/ },
      },
      credentials: ['shopId', 'secretKey'],
      systems: { secretKey: { live: 'live_', sandbox: 'test_' } },
      lookup: { path: '/payments/{id}', basic: ['{shopId}', '{secretKey}'] },
      answer: {
        unknown: { http: [404] },
        id: 'id',
        reference: referenceAt,
        amount: 'amount.value',
        currency: 'amount.currency',
        status: 'status',
        statuses: { paid: ['succeeded'], failed: ['canceled'], pending: ['pending', 'waiting_for_capture'] },
        identity: ['refunded_amount.value'],
        environment: { at: 'test', live: 'false', sandbox: 'true' },
      },
    },
    given,
    options,
  );
}
