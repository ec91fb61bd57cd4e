import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Notch Pay: HMAC-SHA256 over the body, under the hash key of the webhook. No time and no id is signed beside the body.
 *
 * @see https://developer.notchpay.co/get-started/webhooks/verify
 */
export function notchpay(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'notchpay');
  return defineProvider({
    name: 'notchpay',
    docs: 'https://developer.notchpay.co/get-started/webhooks/verify',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-notch-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { json: 'event' },
  });
}
