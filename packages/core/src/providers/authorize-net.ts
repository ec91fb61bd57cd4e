import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Authorize.Net: HMAC-SHA512 over the body, under the Signature Key as the text it is shown as. The same key is decoded from hex elsewhere in
 * the product, not here. No time is signed. After ten failed tries the webhook is switched off.
 *
 * @see https://developer.authorize.net/api/reference/features/webhooks.html
 */
export function authorizeNet(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'authorize-net');
  return defineProvider({
    name: 'authorize-net',
    docs: 'https://developer.authorize.net/api/reference/features/webhooks.html',
    scheme: hmac({
      digest: 'sha512',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-anet-signature', grammar: 'prefix', prefix: 'sha512=' },
    }),
    proof: 'recipe',
    eventId: { json: 'notificationId' },
    eventType: { json: 'eventType' },
  });
}
