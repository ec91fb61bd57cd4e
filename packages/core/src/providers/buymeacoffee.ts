import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Buy Me a Coffee: HMAC-SHA256 over the body, under the webhook's secret.
 *
 * @see https://studio.buymeacoffee.com/webhooks/docs
 */
export function buymeacoffee(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'buymeacoffee');
  return defineProvider({
    name: 'buymeacoffee',
    docs: 'https://studio.buymeacoffee.com/webhooks/docs',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-signature-sha256', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { json: 'type' },
  });
}
