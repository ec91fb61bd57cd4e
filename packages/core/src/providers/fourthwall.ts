import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Fourthwall, webhooks of a shop: HMAC-SHA256 over the body, in base64, under the key of the shop. Those of platform apps stand in another
 * header, which is not read here. No time is signed.
 *
 * @see https://docs.fourthwall.com/platform/webhooks/signature-verification
 */
export function fourthwall(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'fourthwall');
  return defineProvider({
    name: 'fourthwall',
    docs: 'https://docs.fourthwall.com/platform/webhooks/signature-verification',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'x-fourthwall-hmac-sha256', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventId: { json: 'id' },
    eventType: { json: 'type' },
    environment: { json: 'testMode', live: 'false', sandbox: 'true' },
  });
}
