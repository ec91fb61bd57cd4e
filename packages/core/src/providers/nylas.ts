import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Nylas: HMAC-SHA256 over the body, under the webhook's secret. Compressed bodies are signed as they come. No time is held to a window.
 *
 * @see https://developer.nylas.com/docs/v3/notifications/
 */
export function nylas(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'nylas');
  return defineProvider({
    name: 'nylas',
    docs: 'https://developer.nylas.com/docs/v3/notifications/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-nylas-signature', grammar: 'plain' },
      secret: { refuse: ['nyk_'] },
    }),
    proof: 'recipe',
    eventId: { json: 'id' },
    eventType: { json: 'type' },
    handshake: { method: 'GET', marks: [{ query: 'challenge' }], unsigned: true, text: { query: 'challenge' } },
  });
}
