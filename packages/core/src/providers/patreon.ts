import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Patreon: HMAC-MD5 over the body, under the webhook's secret. The trigger stands in a header that is not signed. No time is signed.
 *
 * @see https://docs.patreon.com/#webhooks
 */
export function patreon(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'patreon');
  return defineProvider({
    name: 'patreon',
    docs: 'https://docs.patreon.com/#webhooks',
    scheme: hmac({
      digest: 'md5',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-patreon-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { header: 'x-patreon-event' },
  });
}
