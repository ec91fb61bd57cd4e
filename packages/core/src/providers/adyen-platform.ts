import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Adyen for Platforms: HMAC-SHA256 over the body, under a hex key. No time is signed.
 *
 * @see https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures
 */
export function adyenPlatform(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'adyen-platform');
  return defineProvider({
    name: 'adyen-platform',
    docs: 'https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'hmacsignature', grammar: 'plain' },
      require: [{ header: 'protocol', value: 'HmacSHA256' }],
      secret: { encoding: 'hex' },
    }),
    proof: 'published',
    eventType: { json: 'type' },
    environment: { json: 'environment', live: 'live', sandbox: 'test' },
    addresses: {
      ranges: [],
      hosts: ['out.adyen.com'],
      asOf: '2026-11-27',
      source:
        'https://help.adyen.com/knowledge/ecommerce-integrations/webhooks/what-ip-addresses-does-adyen-use-to-send-webhook-events',
    },
  });
}
