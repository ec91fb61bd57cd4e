import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Maxio Advanced Billing, once Chargify: HMAC-SHA256 over the form as it was sent, under the site's shared key. No time is signed, and the
 * webhook's id stands in a header that is not. An older MD5 header beside it is not read.
 *
 * @see https://docs.maxio.com/hc/en-us/articles/24266143173901-Webhooks-Reference
 */
export function chargify(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'chargify');
  return defineProvider({
    name: 'chargify',
    docs: 'https://docs.maxio.com/hc/en-us/articles/24266143173901-Webhooks-Reference',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-chargify-webhook-signature-hmac-sha-256', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { form: 'event' },
  });
}
