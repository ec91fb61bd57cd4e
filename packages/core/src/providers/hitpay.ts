import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * HitPay: HMAC-SHA256 over the JSON body, under the salt of the webhook endpoint. The first version, the form webhooks of a payment request,
 * carries `hmac` in the body and is not read here. No time and no id is signed; event and object stand in headers that are not.
 *
 * @see https://docs.hitpayapp.com/apis/guide/events
 */
export function hitpay(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'hitpay');
  return defineProvider({
    name: 'hitpay',
    docs: 'https://docs.hitpayapp.com/apis/guide/events',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'hitpay-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
  });
}
