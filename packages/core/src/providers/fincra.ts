import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Fincra: HMAC-SHA512 over the body, under the secret key of the webhook. The page signs the body as JavaScript writes it, which is taken
 * to be the body as it comes. No time and no id is signed.
 *
 * @see https://docs.fincra.com/docs/validating-webhook
 */
export function fincra(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'fincra');
  return defineProvider({
    name: 'fincra',
    docs: 'https://docs.fincra.com/docs/validating-webhook',
    scheme: hmac({
      digest: 'sha512',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { json: 'event' },
  });
}
