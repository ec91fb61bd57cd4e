import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Greenhouse: HMAC-SHA256 over the body, after `sha256` and a space, under the secret key of the web hook. No time is signed.
 *
 * @see https://developers.greenhouse.io/webhooks.html#authentication
 */
export function greenhouse(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'greenhouse');
  return defineProvider({
    name: 'greenhouse',
    docs: 'https://developers.greenhouse.io/webhooks.html#authentication',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'signature', grammar: 'prefix', prefix: 'sha256 ' },
    }),
    proof: 'recipe',
    eventType: { json: 'action' },
  });
}
