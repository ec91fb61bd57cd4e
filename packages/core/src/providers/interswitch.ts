import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Interswitch: HMAC-SHA512 over the body, under the secret of the webhook. No time and no id is signed. No copy of its page was at hand when
 * this was last checked: receivers agree on header, digest and body.
 *
 * @see https://docs.interswitchgroup.com/docs/webhooks
 */
export function interswitch(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'interswitch');
  return defineProvider({
    name: 'interswitch',
    docs: 'https://docs.interswitchgroup.com/docs/webhooks',
    scheme: hmac({
      digest: 'sha512',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-interswitch-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { json: 'event' },
  });
}
