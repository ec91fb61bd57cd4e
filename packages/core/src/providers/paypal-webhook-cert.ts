import { certificateUrl } from '../lib/keys/certificate-url.ts';
import { defineProvider } from '../lib/scheme/define-provider.ts';
import { rsa } from '../lib/scheme/rsa.ts';
import { checkSettings, chooseSetting, keysOf, type KeySettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `paypalWebhookCert`. */
export interface PaypalWebhookCertSettings extends KeySettings, TimedSettings {
  /** The webhook's id in the dashboard. It is signed. */
  readonly webhookId: string;
  /** Where the certificate was fetched from. Deliveries that name another one are refused. */
  readonly certUrl?: string;
  /** Which of PayPal's systems sends: where its certificate may be fetched from, and whose name it must have. Default `live`. */
  readonly environment?: 'live' | 'sandbox';
  /** Certificates of authorities in PEM that the fetched one must lead to. PayPal publishes it without its issuer. Default: those of the runtime, where they know it. */
  readonly authorities?: string;
}

/** Where each system publishes its certificates, and the name that they are issued for. */
const SYSTEMS = {
  live: { hosts: ['api.paypal.com', 'api-m.paypal.com'], names: ['messageverificationcerts.paypal.com'] },
  sandbox: {
    hosts: ['api.sandbox.paypal.com', 'api-m.sandbox.paypal.com'],
    names: ['messageverificationcerts.sandbox.paypal.com'],
  },
} as const;

/**
 * PayPal: RSA with SHA-256 over id, time, the webhook’s id and the CRC-32 of the body. A checksum of 32 bits is no digest: whoever holds one
 * delivery can write another body under its signature, so ask PayPal before money moves. The certificate is given, or, with an empty list of
 * secrets, fetched from the URL in the header, which must be one of PayPal's own. The names of certificates are those that PayPal's SDKs
 * looked for; PayPal’s page does not say them.
 *
 * @see https://developer.paypal.com/api/rest/webhooks/rest/#link-verifyeventnotifications
 */
export function paypalWebhookCert(settings: PaypalWebhookCertSettings): Provider {
  checkSettings(
    settings,
    ['webhookId', 'publicKey', 'certUrl', 'environment', 'authorities', 'toleranceSeconds'],
    'paypal-webhook-cert',
  );
  return defineProvider({
    name: 'paypal-webhook-cert',
    docs: 'https://developer.paypal.com/api/rest/webhooks/rest/#link-verifyeventnotifications',
    scheme: rsa({
      digest: 'sha256',
      encoding: 'base64',
      content: '{id}|{timestamp}|{webhookId}|{checksum}',
      values: { webhookId: { text: settings.webhookId }, checksum: { bodyChecksum: 'crc32' } },
      signature: { header: 'paypal-transmission-sig', grammar: 'plain' },
      timestamp: { header: 'paypal-transmission-time', unit: 'rfc3339' },
      id: { header: 'paypal-transmission-id' },
      require: [
        { header: 'paypal-auth-algo', value: 'SHA256withRSA' },
        ...(settings.certUrl === undefined ? [] : [{ header: 'paypal-cert-url', value: settings.certUrl }]),
      ],
      ...keysOf(settings),
    }),
    remoteKeys: certificateUrl({
      at: { header: 'paypal-cert-url' },
      ...chooseSetting<(typeof SYSTEMS)[keyof typeof SYSTEMS]>(SYSTEMS, settings.environment ?? 'live', 'environment'),
      path: /^\/(?:v1\/)?notifications\/certs\/CERT-[0-9A-Za-z-]{1,64}$/,
      authorities: settings.authorities,
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'published',
    eventType: { json: 'event_type' },
    unsigned: ['the body, beyond a checksum of 32 bits'],
  });
}
