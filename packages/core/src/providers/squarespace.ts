import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Squarespace: HMAC-SHA256 over the body, under the subscription's secret, which is hex. No time is signed.
 *
 * @see https://developers.squarespace.com/commerce-apis/verify-notifications
 */
export function squarespace(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'squarespace');
  return defineProvider({
    name: 'squarespace',
    docs: 'https://developers.squarespace.com/commerce-apis/verify-notifications',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'squarespace-signature', grammar: 'plain' },
      secret: { encoding: 'hex' },
    }),
    proof: 'recipe',
    eventId: { json: 'id' },
    eventType: { json: 'topic' },
  });
}
