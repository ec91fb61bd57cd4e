import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Nomba: HMAC-SHA256 over eight fields of the body and the time, joined by colons. The amount is not among them, nor is the customer: confirm
 * by the transaction's id.
 * This is how programs that receive it read it; the vendor's own page was not at hand.
 *
 * @see https://developer.nomba.com/docs/api-basics/webhook
 */
export function nomba(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'nomba');
  return defineProvider({
    name: 'nomba',
    docs: 'https://developer.nomba.com/docs/api-basics/webhook',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{fields}:{timestamp}',
      values: {
        fields: {
          canonical: 'fields',
          of: 'json',
          join: ':',
          fields: [
            ...['event_type', 'requestId', 'data.merchant.userId', 'data.merchant.walletId'],
            ...['data.transaction.transactionId', 'data.transaction.type'],
            ...['data.transaction.time', 'data.transaction.responseCode'],
          ],
        },
      },
      signature: { header: 'nomba-signature', grammar: 'plain' },
      timestamp: { header: 'nomba-timestamp', unit: 'rfc3339' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventId: { json: 'requestId' },
    eventType: { json: 'event_type' },
    unsigned: ['data.transaction.transactionAmount', 'data.customer', 'every field that is not in the hash'],
  });
}
