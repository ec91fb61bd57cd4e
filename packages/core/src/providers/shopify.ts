import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Shopify: HMAC-SHA256 over the body, base64, under the app's client secret. No time and no id is signed, so an event is its bytes,
 * and the topic, in `X-Shopify-Topic`, is not covered by the signature: where two topics can carry the same bytes, give each its own endpoint. After the client secret is rotated the old one may sign for an hour.
 *
 * @see https://shopify.dev/docs/apps/build/webhooks/verify-deliveries
 */
export function shopify(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'shopify');
  return defineProvider({
    name: 'shopify',
    docs: 'https://shopify.dev/docs/apps/build/webhooks/verify-deliveries',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'x-shopify-hmac-sha256', grammar: 'plain' },
      secret: { refuse: ['shpat_', 'shpca_', 'shppa_'] },
    }),
    proof: 'recipe',
    eventType: { header: 'x-shopify-topic' },
  });
}
