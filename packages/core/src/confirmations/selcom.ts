import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** What proves a vendor to Selcom. */
export interface SelcomCredentials {
  readonly apiKey: Credential;
  readonly apiSecret: Credential;
}

/**
 * Asks Selcom for the status of the checkout order that a webhook names. `reference` of your order is the `order_id`.
 *
 * The answer names no currency: `expected` gives the one you made the order with, and only the amount is compared. The request is signed as
 * Selcom's clients sign it, with the time in UTC. How it answers for an unknown order is not documented: what is no report of an order makes
 * it unavailable. Both hosts are read from programs that ask.
 *
 * @see https://developers.selcommobile.com/#get-order-status
 * @throws ConfigurationError for options that could not work, by name
 */
export function selcomConfirm(credentials: SelcomCredentials, options: ConfirmOptions = {}): Confirm {
  return confirmWith(
    {
      provider: 'selcom',
      docs: 'https://developers.selcommobile.com/#get-order-status',
      base: { live: 'https://apigw.selcommobile.com/v1', sandbox: 'https://apigwtest.selcommobile.com/v1' },
      notice: { id: { at: { json: 'order_id' }, pattern: /[\w-]{1,64}/ } },
      credentials: ['apiKey', 'apiSecret'],
      derived: {
        key: { base64: '{apiKey}' },
        digest: {
          hmac: 'sha256',
          key: '{apiSecret}',
          over: 'timestamp={offsetTime}&order_id={id}',
          encoding: 'base64',
        },
      },
      lookup: {
        path: '/checkout/order-status?order_id={id}',
        headers: {
          authorization: 'SELCOM {key}',
          'digest-method': 'HS256',
          digest: '{digest}',
          timestamp: '{offsetTime}',
          'signed-fields': 'order_id',
        },
      },
      answer: {
        success: { at: 'resultcode', is: ['000'] },
        id: 'data.0.order_id',
        reference: 'data.0.order_id',
        amount: 'data.0.amount',
        status: 'data.0.payment_status',
        statuses: {
          paid: ['COMPLETED'],
          failed: ['CANCELLED', 'USERCANCELLED', 'REJECTED'],
          pending: ['PENDING', 'INPROGRESS'],
        },
        identity: ['data.0.transid'],
      },
    },
    { ...credentials },
    options,
  );
}
