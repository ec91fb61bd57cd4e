import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** What proves a site to Ozow. */
export interface OzowCredentials {
  readonly siteCode: Credential;
  /** The API key, which is not the private key of the hash. */
  readonly apiKey: Credential;
}

/**
 * Asks Ozow for the transaction that a notification names, by the transaction's id: a reference may have several, and Ozow would give them
 * all. `reference` of your order is the `TransactionReference`. The hash of the notification was right before.
 *
 * Its fields are hashed with nothing between them, so a digit can move from one to the next: the amount that is believed is the looked-up one.
 * A transaction can be unknown to its look-up for some seconds after the notification: that makes Ozow count as unavailable, not the
 * notification a forgery.
 *
 * @see https://hub.ozow.com/docs/step-2-process-ozow-response
 * @throws ConfigurationError for options that could not work, by name
 */
export function ozowConfirm(credentials: OzowCredentials, options: ConfirmOptions = {}): Confirm {
  return confirmWith(
    {
      provider: 'ozow',
      docs: 'https://hub.ozow.com/docs/step-2-process-ozow-response',
      base: { live: 'https://api.ozow.com', sandbox: 'https://stagingapi.ozow.com' },
      notice: {
        id: {
          at: { form: 'TransactionId' },
          pattern: /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i,
          // The hash is taken of lower case: it holds for every spelling of the id.
          fold: 'lower',
        },
        reference: { at: { form: 'TransactionReference' }, pattern: /[^\r\n]{1,50}/ },
      },
      credentials: ['siteCode', 'apiKey'],
      lookup: { path: '/GetTransaction?siteCode={siteCode}&transactionId={id}', headers: { apikey: '{apiKey}' } },
      answer: {
        own: [{ at: 'siteCode', is: '{siteCode}' }],
        reference: 'transactionReference',
        amount: 'amount',
        currency: 'currencyCode',
        status: 'status',
        statuses: {
          paid: ['Complete'],
          failed: ['Cancelled', 'Error', 'Abandoned'],
          pending: ['Pending', 'PendingInvestigation'],
        },
      },
    },
    { ...credentials },
    options,
  );
}
