import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Payaza: HMAC-SHA512 over the body, in base64, under the secret key. No time and no id is signed, and nothing is sent twice.
 *
 * @see https://docs.payaza.africa/guides/webhooks
 */
export function payaza(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'payaza');
  return defineProvider({
    name: 'payaza',
    docs: 'https://docs.payaza.africa/guides/webhooks',
    scheme: hmac({
      digest: 'sha512',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'x-payaza-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
  });
}
