import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Rutter: HMAC-SHA256 over the body, in base64, under the client secret. No time is signed.
 *
 * @see https://docs.rutter.com/platform/essentials/webhooks
 */
export function rutter(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'rutter');
  return defineProvider({
    name: 'rutter',
    docs: 'https://docs.rutter.com/platform/essentials/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'x-rutter-signature', grammar: 'prefix', prefix: 'sha256=' },
    }),
    proof: 'recipe',
    eventType: { json: 'type' },
  });
}
