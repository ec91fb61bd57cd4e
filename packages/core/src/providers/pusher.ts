import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Pusher Channels: HMAC-SHA256 over the body, under the secret whose key stands in a header: give the secret with the key as its id. The time
 * is in the body, and not held against the clock by Pusher’s own libraries.
 *
 * @see https://pusher.com/docs/channels/server_api/webhooks/#authentication
 */
export function pusher(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'pusher');
  return defineProvider({
    name: 'pusher',
    docs: 'https://pusher.com/docs/channels/server_api/webhooks/#authentication',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-pusher-signature', grammar: 'plain' },
      keyId: { header: 'x-pusher-key' },
    }),
    proof: 'published',
  });
}
