import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Tally: HMAC-SHA256 over the body, in base64. The page signs the body as JavaScript writes it, which is taken to be the body as it comes.
 *
 * @see https://tally.so/help/webhooks
 */
export function tally(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'tally');
  return defineProvider({
    name: 'tally',
    docs: 'https://tally.so/help/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'tally-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventId: { json: 'eventId' },
    eventType: { json: 'eventType' },
  });
}
