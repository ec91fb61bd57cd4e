import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** What proves an application to ClickPesa. */
export interface ClickpesaCredentials {
  readonly clientId: Credential;
  readonly apiKey: Credential;
}

/**
 * Asks ClickPesa for the payment whose checksum was right already: a second proof, for whoever does not want to rest on the checksum key
 * alone. `reference` of your order is the `orderReference`.
 *
 * `SETTLED` is what becomes of a `SUCCESS` within the day, and no event of its own: both are the one time that it is paid.
 *
 * The token already begins with `Bearer `, and is sent as it is. The answer is a list; its first payment is read, since a reference is used
 * once. Payouts and deposits have other look-ups and are refused: send them to an endpoint of their own. The host of the sandbox and the
 * token's hour are read from programs that ask, not from a page; the page names one host.
 *
 * @see https://docs.clickpesa.com/api-reference/collection/querying-for-payments/querying-for-payments
 * @throws ConfigurationError for options that could not work, by name
 */
export function clickpesaConfirm(credentials: ClickpesaCredentials, options: ConfirmOptions = {}): Confirm {
  return confirmWith(
    {
      provider: 'clickpesa',
      docs: 'https://docs.clickpesa.com/api-reference/collection/querying-for-payments/querying-for-payments',
      base: {
        live: 'https://api.clickpesa.com/third-parties',
        sandbox: 'https://api-sandbox.clickpesa.com/third-parties',
      },
      notice: {
        id: { at: { json: 'data.orderReference' }, pattern: /[\w-]{1,64}/ },
        type: { at: [{ json: 'event' }, { json: 'eventType' }], pattern: /PAYMENT (?:RECEIVED|FAILED)/ },
      },
      credentials: ['clientId', 'apiKey'],
      token: {
        method: 'POST',
        path: '/generate-token',
        headers: { 'client-id': '{clientId}', 'api-key': '{apiKey}' },
        at: 'token',
        lifetimeSeconds: 3600,
      },
      lookup: { path: '/payments/{id}', headers: { authorization: '{token}' } },
      answer: {
        unknown: { http: [404] },
        id: '0.orderReference',
        reference: '0.orderReference',
        amount: '0.collectedAmount',
        currency: '0.collectedCurrency',
        status: '0.status',
        statuses: {
          paid: [['SUCCESS', 'SETTLED']],
          failed: ['FAILED'],
          pending: ['PROCESSING', 'PENDING', 'ON-HOLD'],
        },
        identity: ['0.id'],
      },
    },
    { ...credentials },
    options,
  );
}
