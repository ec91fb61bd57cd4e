import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** What proves a merchant to Flutterwave. */
export interface FlutterwaveV3Credentials {
  /** `FLWSECK-…`, or `FLWSECK_TEST-…` in the sandbox: one host serves both, and the key decides. */
  readonly secretKey: Credential;
}

/**
 * Asks Flutterwave v3 for the transaction that a `charge.completed` webhook names by its id. `reference` of your order is the `tx_ref`.
 *
 * The secret hash in the header covers nothing of the body, so nothing of it is believed. Flutterwave advises to take an overpayment and
 * refund the rest; here every difference refuses: let `expected` give the amount you will take. Other events (transfers) have other look-ups
 * and are refused: send them to an endpoint of their own. That an unknown id is told by those words is read from programs that ask.
 *
 * @see https://developer.flutterwave.com/v3.0/reference/verify-transaction
 * @throws ConfigurationError for options that could not work, by name
 */
export function flutterwaveV3Confirm(credentials: FlutterwaveV3Credentials, options: ConfirmOptions = {}): Confirm {
  return confirmWith(
    {
      provider: 'flutterwave-v3',
      docs: 'https://developer.flutterwave.com/v3.0/reference/verify-transaction',
      base: { live: 'https://api.flutterwave.com/v3', sandbox: 'https://api.flutterwave.com/v3' },
      notice: {
        id: { at: { json: 'data.id' }, pattern: /\d{1,20}/ },
        reference: { at: { json: 'data.tx_ref' }, pattern: /[^\r\n]{1,200}/, optional: true },
        type: { at: { json: 'event' }, pattern: /charge\.completed/ },
      },
      credentials: ['secretKey'],
      systems: { secretKey: { live: 'FLWSECK-', sandbox: 'FLWSECK_TEST-' } },
      lookup: { path: '/transactions/{id}/verify', headers: { authorization: 'Bearer {secretKey}' } },
      answer: {
        success: { at: 'status', is: ['success'] },
        unknown: { http: [404], where: { at: 'message', is: ['No transaction was found for this id'] } },
        id: 'data.id',
        reference: 'data.tx_ref',
        amount: 'data.amount',
        currency: 'data.currency',
        status: 'data.status',
        statuses: { paid: ['successful'], failed: ['failed'], pending: ['pending'] },
      },
    },
    { ...credentials },
    options,
  );
}
