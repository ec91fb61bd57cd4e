import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Monnify: HMAC-SHA512 over the body, under the client secret of the API. The page calls it a hash of secret and body; its example is an HMAC.
 * No time and no id is signed.
 *
 * @see https://developers.monnify.com/docs/webhooks
 */
export function monnify(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'monnify');
  return defineProvider({
    name: 'monnify',
    docs: 'https://developers.monnify.com/docs/webhooks',
    scheme: hmac({
      digest: 'sha512',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'monnify-signature', grammar: 'plain' },
      secret: { refuse: ['MK_PROD_', 'MK_TEST_'] },
    }),
    proof: 'published',
    eventType: { json: 'eventType' },
  });
}
