import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, chooseSetting } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

const FIELDS = {
  direct: ['iyziEventType', 'paymentId', 'paymentConversationId', 'status'],
  hosted: ['iyziEventType', 'iyziPaymentId', 'token', 'paymentConversationId', 'status'],
  subscription: ['iyziEventType', 'subscriptionReferenceCode', 'orderReferenceCode', 'customerReferenceCode'],
} as const;

/** Settings of `iyzico`. */
export interface IyzicoSettings {
  /** The product that sends: the API (`direct`, the default), the hosted payment page or form (`hosted`), or subscriptions. */
  readonly format?: keyof typeof FIELDS;
  /** The merchant's id, which subscriptions sign. */
  readonly merchantId?: string;
}

/**
 * iyzico, third version of its signature: HMAC-SHA256 over the secret key and chosen fields, under the secret key. Which fields, the product
 * decides; the sender never does. Nothing stands between them, so where one ends and the next begins is not signed: ask iyzico before money
 * moves. No amount is signed. The header comes only after their support has switched it on.
 *
 * @see https://docs.iyzico.com/en/advanced/webhook
 */
export function iyzico(settings: IyzicoSettings = {}): Provider {
  checkSettings(settings, ['format', 'merchantId'], 'iyzico');
  const { format = 'direct' } = settings;
  return defineProvider({
    name: 'iyzico',
    docs: 'https://docs.iyzico.com/en/advanced/webhook',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: `${format === 'subscription' ? '{merchant}' : ''}{secret}{fields}`,
      values: {
        ...(format === 'subscription' && { merchant: { text: settings.merchantId ?? '' } }),
        fields: { canonical: 'fields', of: 'json', join: '', fields: chooseSetting(FIELDS, format, 'iyzico.format') },
      },
      signature: { header: 'x-iyz-signature-v3', grammar: 'plain' },
    }),
    retryHours: 1,
    proof: 'recipe',
    eventType: { json: 'iyziEventType' },
    unsigned: ['iyziEventTime', 'iyziReferenceCode', 'every field that is not in the signature'],
  });
}
