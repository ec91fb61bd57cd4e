import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * WooCommerce: HMAC-SHA256 over the body, in base64, under the webhook's secret. No time is signed; topic and delivery id stand in headers
 * that are not. The ping at the saving of a webhook is a form without a topic.
 *
 * @see https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks
 */
export function woocommerce(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'woocommerce');
  return defineProvider({
    name: 'woocommerce',
    docs: 'https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'x-wc-webhook-signature', grammar: 'plain' },
      secret: { refuse: ['ck_', 'cs_'] },
    }),
    proof: 'recipe',
    eventType: { header: 'x-wc-webhook-topic' },
  });
}
