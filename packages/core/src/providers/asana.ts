import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Asana: HMAC-SHA256 over the body, under the secret that Asana hands over when the webhook is made, in the header X-Hook-Secret of a request
 * that is not signed: the receiver's `secretStore` decides whether it was expected, and keeps it. Every webhook has its own, and it never changes. No time and no id is signed; a heartbeat is a body without events.
 *
 * @see https://developers.asana.com/docs/webhooks-guide
 */
export function asana(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'asana');
  return defineProvider({
    name: 'asana',
    docs: 'https://developers.asana.com/docs/webhooks-guide',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-hook-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    handshake: {
      method: 'POST',
      marks: [{ header: 'x-hook-secret' }],
      unsigned: true,
      secret: { header: 'x-hook-secret' },
      headers: { 'x-hook-secret': { header: 'x-hook-secret' } },
    },
  });
}
