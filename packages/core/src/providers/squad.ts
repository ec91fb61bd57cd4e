import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Squad: HMAC-SHA512 over the body, in capitals, under the secret key of the API. No time and no id is signed. The page signs the body as
 * JavaScript writes it, which is taken to be the body as it comes.
 *
 * @see https://docs.squadco.com/webhook-and-redirect/
 */
export function squad(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'squad');
  return defineProvider({
    name: 'squad',
    docs: 'https://docs.squadco.com/webhook-and-redirect/',
    scheme: hmac({
      digest: 'sha512',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-squad-encrypted-body', grammar: 'plain' },
      secret: { refuse: ['pk_', 'sandbox_pk_'] },
    }),
    proof: 'recipe',
    eventType: { json: 'Event' },
  });
}
