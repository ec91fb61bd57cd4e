import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Coinify: HMAC-SHA256 over the body, under the shared secret. No time is signed.
 *
 * @see https://coinify.readme.io/docs/webhook-signature
 */
export function coinify(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'coinify');
  return defineProvider({
    name: 'coinify',
    docs: 'https://coinify.readme.io/docs/webhook-signature',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-coinify-webhook-signature', grammar: 'plain' },
    }),
    proof: 'published',
    eventType: { json: 'event' },
  });
}
