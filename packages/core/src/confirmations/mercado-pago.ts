import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** What proves a seller to Mercado Pago. */
export interface MercadoPagoCredentials {
  /** `APP_USR-…`; `TEST-…` is refused where the guard is live. */
  readonly accessToken: Credential;
}

/**
 * Fetches the payment that a notification of Mercado Pago names in its query, the only part of it that is signed. `reference` of your order is
 * the `external_reference`.
 *
 * Notifications of other topics (`plan`, `merchant_order`, …) are refused. Whether payments of test users say `live_mode: false` is not
 * documented where we could read it: if they say `true`, a guard of the sandbox refuses them as `wrong-environment`.
 *
 * @see https://www.mercadopago.com.br/developers/en/reference/payments/_payments_id/get
 * @throws ConfigurationError for options that could not work, by name
 */
export function mercadoPagoConfirm(credentials: MercadoPagoCredentials, options: ConfirmOptions = {}): Confirm {
  return confirmWith(
    {
      provider: 'mercado-pago',
      docs: 'https://www.mercadopago.com.br/developers/en/reference/payments/_payments_id/get',
      base: { live: 'https://api.mercadopago.com', sandbox: 'https://api.mercadopago.com' },
      notice: {
        id: { at: { query: 'data.id' }, pattern: /\d{1,20}/ },
        type: { at: [{ query: 'type' }, { json: 'type' }], pattern: /payment/ },
      },
      credentials: ['accessToken'],
      systems: { accessToken: { sandbox: 'TEST-' } },
      lookup: { path: '/v1/payments/{id}', headers: { authorization: 'Bearer {accessToken}' } },
      answer: {
        unknown: { http: [404] },
        id: 'id',
        reference: 'external_reference',
        amount: 'transaction_amount',
        currency: 'currency_id',
        status: 'status',
        statuses: {
          paid: ['approved'],
          failed: ['rejected', 'cancelled'],
          reversed: ['refunded', 'charged_back'],
          pending: ['pending', 'authorized', 'in_process', 'in_mediation'],
        },
        identity: ['transaction_amount_refunded'],
        environment: { at: 'live_mode', live: 'true', sandbox: 'false' },
      },
    },
    { ...credentials },
    options,
  );
}
