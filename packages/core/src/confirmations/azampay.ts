import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** What proves an application to AzamPay. */
export interface AzampayCredentials {
  readonly appName: Credential;
  readonly clientId: Credential;
  readonly clientSecret: Credential;
  /** The token of the application's settings page, sent as `X-API-Key`. */
  readonly apiKey: Credential;
}

/**
 * Asks AzamPay for the status of the transaction that a callback names. `reference` of your order is the transaction's id that AzamPay gave
 * you at checkout, and not your own: the answer holds a status and nothing else, so no claim of the callback but that id is used. The amount
 * is the one that you asked for at checkout.
 *
 * Doubtful, all of it read from programs that ask and not from a page: that `reference` of the callback is that id, that `gettransactionstatus`
 * speaks of checkouts (the page has it among disbursements), its words, and its two hosts. Try it in the sandbox. What is not understood makes
 * AzamPay count as unavailable, and confirms nothing.
 *
 * @see https://developerdocs.azampay.co.tz/redoc
 * @throws ConfigurationError for options that could not work, by name
 */
export function azampayConfirm(credentials: AzampayCredentials, options: ConfirmOptions = {}): Confirm {
  return confirmWith(
    {
      provider: 'azampay',
      docs: 'https://developerdocs.azampay.co.tz/redoc',
      base: { live: 'https://checkout.azampay.co.tz', sandbox: 'https://sandbox.azampay.co.tz' },
      notice: {
        id: { at: { json: 'reference' }, pattern: /[A-Za-z0-9-]{4,64}/ },
        operator: { at: { json: 'operator' }, pattern: /[A-Za-z][A-Za-z -]{1,30}/ },
      },
      credentials: ['appName', 'clientId', 'clientSecret', 'apiKey'],
      token: {
        base: {
          live: 'https://authenticator.azampay.co.tz',
          sandbox: 'https://authenticator-sandbox.azampay.co.tz',
        },
        path: '/AppRegistration/GenerateToken',
        json: { appName: '{appName}', clientId: '{clientId}', clientSecret: '{clientSecret}' },
        at: 'data.accessToken',
        expires: { date: 'data.expire' },
        lifetimeSeconds: 3600,
      },
      lookup: {
        path: '/azampay/gettransactionstatus?pgReferenceId={id}&bankName={operator}',
        headers: { authorization: 'Bearer {token}', 'x-api-key': '{apiKey}' },
      },
      answer: {
        success: { at: 'success', is: ['true'] },
        reference: { delivery: { json: 'reference' } },
        status: 'data',
        statuses: { paid: ['success'], failed: ['failed', 'failure'], pending: ['pending'] },
      },
    },
    { ...credentials },
    options,
  );
}
