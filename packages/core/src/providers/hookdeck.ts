import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Hookdeck, as it delivers: HMAC-SHA256 over the body, with a second header during a rotation. The event’s id and the attempt stand in headers
 * that are not signed. What the first sender signed is another matter.
 *
 * @see https://hookdeck.com/docs/authentication
 */
export function hookdeck(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'hookdeck');
  return defineProvider({
    name: 'hookdeck',
    docs: 'https://hookdeck.com/docs/authentication',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: ['x-hookdeck-signature', 'x-hookdeck-signature-2'], grammar: 'plain' },
    }),
    proof: 'recipe',
  });
}
