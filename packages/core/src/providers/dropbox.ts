import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Dropbox: HMAC-SHA256 over the body, under the app secret. The body lists accounts that changed and nothing of what changed. No time and no
 * id is signed, so an account that changes twice may send the same bytes twice: give a short `keepHours`, or fetch the changes whenever it
 * calls.
 *
 * @see https://www.dropbox.com/developers/reference/webhooks
 */
export function dropbox(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'dropbox');
  return defineProvider({
    name: 'dropbox',
    docs: 'https://www.dropbox.com/developers/reference/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-dropbox-signature', grammar: 'plain' },
      secret: { refuse: ['sl.'] },
    }),
    proof: 'recipe',
    handshake: { method: 'GET', marks: [{ query: 'challenge' }], unsigned: true, text: { query: 'challenge' } },
  });
}
