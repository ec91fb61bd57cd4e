import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** What proves an API user to MTN MoMo. */
export interface MtnMomoCredentials {
  /** The key of your subscription to Collections, sent as `Ocp-Apim-Subscription-Key`. */
  readonly subscriptionKey: Credential;
  readonly apiUser: Credential;
  readonly apiKey: Credential;
  /** `sandbox`, or the country's own: `mtnuganda`, `mtnghana`, … */
  readonly targetEnvironment: Credential;
}

/**
 * Asks MTN MoMo Collections what became of a request to pay. `reference` of your order is the `externalId`; the id is the UUID that you sent
 * as `X-Reference-Id`.
 *
 * A callback need not name that UUID, so put it in your callback's URL: `…/momo?referenceId=UUID`; `referenceId` in the body is read too.
 * In the sandbox the currency is EUR. An id that MTN does not know gets 404.
 *
 * @see https://momodeveloper.mtn.com/api-documentation/callback
 * @throws ConfigurationError for options that could not work, by name
 */
export function mtnMomoConfirm(credentials: MtnMomoCredentials, options: ConfirmOptions = {}): Confirm {
  const subscription = { 'ocp-apim-subscription-key': '{subscriptionKey}' };
  return confirmWith(
    {
      provider: 'mtn-momo',
      docs: 'https://momodeveloper.mtn.com/api-documentation/callback',
      base: { live: 'https://proxy.momoapi.mtn.com', sandbox: 'https://sandbox.momodeveloper.mtn.com' },
      notice: {
        id: {
          at: [{ query: 'referenceId' }, { json: 'referenceId' }],
          pattern: /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i,
          fold: 'lower',
        },
        reference: { at: { json: 'externalId' }, pattern: /[^\r\n]{1,100}/, optional: true },
      },
      credentials: ['subscriptionKey', 'apiUser', 'apiKey', 'targetEnvironment'],
      systems: { targetEnvironment: { live: 'mtn', sandbox: 'sandbox' } },
      token: {
        method: 'POST',
        path: '/collection/token/',
        basic: ['{apiUser}', '{apiKey}'],
        headers: subscription,
        at: 'access_token',
        expires: { seconds: 'expires_in' },
        lifetimeSeconds: 3600,
      },
      lookup: {
        path: '/collection/v1_0/requesttopay/{id}',
        headers: {
          ...subscription,
          authorization: 'Bearer {token}',
          'x-target-environment': '{targetEnvironment}',
        },
      },
      answer: {
        unknown: { http: [404] },
        reference: 'externalId',
        amount: 'amount',
        currency: 'currency',
        status: 'status',
        statuses: {
          paid: ['SUCCESSFUL'],
          failed: ['FAILED', 'REJECTED', 'TIMEOUT'],
          pending: ['PENDING', 'CREATED', 'ONGOING'],
        },
        identity: ['financialTransactionId'],
      },
    },
    { ...credentials },
    options,
  );
}
