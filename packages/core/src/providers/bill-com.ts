import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * BILL: HMAC-SHA256 over the body, in base64, under the security key of the subscription. No time is signed.
 *
 * @see https://developer.bill.com/docs/test-with-webhook-security
 */
export function billCom(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'bill-com');
  return defineProvider({
    name: 'bill-com',
    docs: 'https://developer.bill.com/docs/test-with-webhook-security',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'x-bill-sha-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventId: { json: 'metadata.eventId' },
    eventType: { json: 'metadata.eventType' },
  });
}
