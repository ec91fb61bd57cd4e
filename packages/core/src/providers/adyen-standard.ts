import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** The signed fields, in their order. */
const FIELDS = [
  ...['NotificationRequestItem.pspReference', 'NotificationRequestItem.originalReference'],
  ...['NotificationRequestItem.merchantAccountCode', 'NotificationRequestItem.merchantReference'],
  ...['NotificationRequestItem.amount.value', 'NotificationRequestItem.amount.currency'],
  ...['NotificationRequestItem.eventCode', 'NotificationRequestItem.success'],
];

/**
 * Adyen, standard webhooks: HMAC-SHA256 over eight fields of each item, in the item. Date, reason and payment method are not signed. All items
 * must be right.
 *
 * @see https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures
 */
export function adyenStandard(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'adyen-standard');
  return defineProvider({
    name: 'adyen-standard',
    docs: 'https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      each: 'notificationItems',
      content: '{fields}',
      values: { fields: { canonical: 'fields', of: 'json', join: ':', fields: FIELDS } },
      signature: { json: 'NotificationRequestItem.additionalData.hmacSignature', grammar: 'plain' },
      secret: { encoding: 'hex' },
    }),
    proof: 'published',
    acknowledgement: { status: 200, contentType: 'text/plain', body: '[accepted]' },
    unsigned: ['eventDate', 'reason', 'paymentMethod', 'live'],
    addresses: {
      ranges: [],
      hosts: ['out.adyen.com'],
      asOf: '2026-11-27',
      source:
        'https://help.adyen.com/knowledge/ecommerce-integrations/webhooks/what-ip-addresses-does-adyen-use-to-send-webhook-events',
    },
  });
}
