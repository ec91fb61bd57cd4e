import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** What proves an application to Daraja. */
export interface SafaricomDarajaCredentials {
  readonly consumerKey: Credential;
  readonly consumerSecret: Credential;
  /** The short code that payments are asked for with. */
  readonly shortCode: Credential;
  readonly passkey: Credential;
}

/**
 * Asks Daraja what became of an STK push (`stkpushquery`). `reference` of your order is the `CheckoutRequestID` that Daraja gave you when you
 * sent the push.
 *
 * The answer names no amount, and none is compared: it is the one that you asked for in the push, since a push cannot be paid in part.
 * Results of C2B, B2C and reversals have no look-up that answers at once, and are refused here: guard them with the addresses. The time in
 * the password is UTC, where Safaricom writes Nairobi's; no page says that it is held against a clock. A result code of no list below makes
 * Daraja count as unavailable. A push that is under way is answered with an error of HTTP 500: try again.
 *
 * @see https://developer.safaricom.co.ke/APIs/MpesaExpressQuery
 * @throws ConfigurationError for options that could not work, by name
 */
export function safaricomDarajaConfirm(credentials: SafaricomDarajaCredentials, options: ConfirmOptions = {}): Confirm {
  return confirmWith(
    {
      provider: 'safaricom-daraja',
      docs: 'https://developer.safaricom.co.ke/APIs/MpesaExpressQuery',
      base: { live: 'https://api.safaricom.co.ke', sandbox: 'https://sandbox.safaricom.co.ke' },
      notice: { id: { at: { json: 'Body.stkCallback.CheckoutRequestID' }, pattern: /ws_CO_\w{8,80}/ } },
      credentials: ['consumerKey', 'consumerSecret', 'shortCode', 'passkey'],
      derived: { password: { base64: '{shortCode}{passkey}{compactTime}' } },
      token: {
        path: '/oauth/v1/generate?grant_type=client_credentials',
        basic: ['{consumerKey}', '{consumerSecret}'],
        at: 'access_token',
        expires: { seconds: 'expires_in' },
        refused: { at: 'errorCode', is: ['404.001.03'] },
        lifetimeSeconds: 3599,
      },
      lookup: {
        path: '/mpesa/stkpushquery/v1/query',
        headers: { authorization: 'Bearer {token}' },
        json: {
          BusinessShortCode: '{shortCode}',
          Password: '{password}',
          Timestamp: '{compactTime}',
          CheckoutRequestID: '{id}',
        },
      },
      answer: {
        success: { at: 'ResponseCode', is: ['0'] },
        id: 'CheckoutRequestID',
        reference: 'CheckoutRequestID',
        status: 'ResultCode',
        statuses: {
          paid: ['0'],
          failed: ['1', '17', '26', '1001', '1019', '1025', '1032', '1037', '2001', '9999'],
          pending: ['4999'],
        },
      },
    },
    { ...credentials },
    options,
  );
}
