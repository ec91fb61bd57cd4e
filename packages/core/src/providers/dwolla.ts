import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Dwolla: HMAC-SHA256 over the body, under the secret of the subscription. No time is signed beside the body.
 * This is how programs that receive it read it; the vendor's own page was not at hand.
 *
 * @see https://developers.dwolla.com/docs/process-validate-webhooks
 */
export function dwolla(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'dwolla');
  return defineProvider({
    name: 'dwolla',
    docs: 'https://developers.dwolla.com/docs/process-validate-webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-request-signature-sha-256', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventId: { json: 'id' },
    eventType: { json: 'topic' },
  });
}
