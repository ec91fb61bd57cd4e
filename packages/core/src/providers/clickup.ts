import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * ClickUp: HMAC-SHA256 over the body, under the secret that is returned when the webhook is made. No time and no id is signed.
 *
 * @see https://developer.clickup.com/docs/webhooksignature
 */
export function clickup(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'clickup');
  return defineProvider({
    name: 'clickup',
    docs: 'https://developer.clickup.com/docs/webhooksignature',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-signature', grammar: 'plain' },
      secret: { refuse: ['pk_'] },
    }),
    proof: 'recipe',
    eventType: { json: 'event' },
  });
}
