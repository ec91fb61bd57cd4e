import type { Confirm } from '../lib/confirm/confirm.ts';
import { type ConfirmOptions, confirmWith } from '../lib/confirm/confirm-with.ts';
import type { Credential } from '../lib/confirm/credentials.ts';

/** What proves an application to PayPal, and where your reference stands. */
export interface PaypalVerifyApiCredentials {
  readonly clientId: Credential;
  readonly clientSecret: Credential;
  /** The webhook's id in the dashboard: what was signed for another webhook is refused. */
  readonly webhookId: Credential;
  /** The field of the payment that holds your reference. Default `invoice_id`. */
  readonly referenceIn?: 'invoice_id' | 'custom_id' | undefined;
}

/**
 * Asks PayPal's `verify-webhook-signature` whether a webhook is its own, with the event as it came, and believes it when the answer is
 * `SUCCESS`. The other way, without a request for each event, is `paypalWebhookCert`.
 *
 * Events of captured payments alone are taken; subscribe an endpoint of its own to other events. The id is the payment's (or the refund's),
 * and the event's name is the status. A refund names the refunded amount, which `expected` finds in `notice.body`. A capture that is pending
 * reaches the handler as `pending`: its event would never say anything else.
 *
 * @see https://developer.paypal.com/docs/api/webhooks/v1/#verify-webhook-signature_post
 * @throws ConfigurationError for options that could not work, by name
 */
export function paypalVerifyApiConfirm(credentials: PaypalVerifyApiCredentials, options: ConfirmOptions = {}): Confirm {
  const { referenceIn = 'invoice_id', ...given } = credentials;
  const header = (name: string, pattern: RegExp) => ({ at: { header: `paypal-${name}` }, pattern });
  return confirmWith(
    {
      provider: 'paypal-verify-api',
      docs: 'https://developer.paypal.com/docs/api/webhooks/v1/#verify-webhook-signature_post',
      base: { live: 'https://api-m.paypal.com/v1', sandbox: 'https://api-m.sandbox.paypal.com/v1' },
      notice: {
        id: { at: { json: 'resource.id' }, pattern: /[0-9A-Z]{8,32}/ },
        reference: { at: { json: `resource.${referenceIn}` }, pattern: /[^\r\n]{1,255}/, optional: true },
        type: {
          at: { json: 'event_type' },
          pattern: /PAYMENT\.CAPTURE\.(?:COMPLETED|DECLINED|DENIED|PENDING|REFUNDED|REVERSED)/,
        },
        algorithm: header('auth-algo', /[\w/-]{1,50}/),
        certUrl: header('cert-url', /https:\/\/[\w.-]{1,60}\.paypal\.com\/[\w./-]{1,150}/),
        transmissionId: header('transmission-id', /[\w-]{1,50}/),
        signature: header('transmission-sig', /[A-Za-z0-9+/]{40,700}={0,2}/),
        time: header('transmission-time', /[\dT:.+Z-]{20,40}/),
      },
      credentials: ['clientId', 'clientSecret', 'webhookId'],
      token: {
        path: '/oauth2/token',
        basic: ['{clientId}', '{clientSecret}'],
        form: { grant_type: 'client_credentials' },
        at: 'access_token',
        expires: { seconds: 'expires_in' },
        lifetimeSeconds: 32_400,
      },
      lookup: {
        path: '/notifications/verify-webhook-signature',
        headers: { authorization: 'Bearer {token}' },
        json: {
          auth_algo: '{algorithm}',
          cert_url: '{certUrl}',
          transmission_id: '{transmissionId}',
          transmission_sig: '{signature}',
          transmission_time: '{time}',
          webhook_id: '{webhookId}',
          webhook_event: '{body}',
        },
      },
      answer: {
        unknown: { where: { at: 'verification_status', is: ['FAILURE'] } },
        success: { at: 'verification_status', is: ['SUCCESS'] },
        reference: { delivery: { json: `resource.${referenceIn}` } },
        amount: { delivery: { json: 'resource.amount.value' } },
        currency: { delivery: { json: 'resource.amount.currency_code' } },
        status: { delivery: { json: 'event_type' } },
        statuses: {
          paid: ['PAYMENT.CAPTURE.COMPLETED'],
          failed: ['PAYMENT.CAPTURE.DECLINED', 'PAYMENT.CAPTURE.DENIED'],
          reversed: ['PAYMENT.CAPTURE.REFUNDED', 'PAYMENT.CAPTURE.REVERSED'],
          open: ['PAYMENT.CAPTURE.PENDING'],
        },
      },
    },
    given,
    options,
  );
}
