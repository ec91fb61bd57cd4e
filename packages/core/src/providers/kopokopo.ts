import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Kopo Kopo: HMAC-SHA256 over the body, under the API key that was given with the client's id and secret. No time is signed.
 *
 * @see https://developers.kopokopo.com/guides/webhooks/securing-webhooks.html
 */
export function kopokopo(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'kopokopo');
  return defineProvider({
    name: 'kopokopo',
    docs: 'https://developers.kopokopo.com/guides/webhooks/securing-webhooks.html',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-kopokopo-signature', grammar: 'plain' },
    }),
    proof: 'sdk',
    eventId: { json: 'id' },
    eventType: { json: 'topic' },
  });
}
