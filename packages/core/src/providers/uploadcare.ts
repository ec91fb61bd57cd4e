import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Uploadcare: HMAC-SHA256 over the body, after `v1=`, under the webhook's signing secret. No time is signed.
 *
 * @see https://uploadcare.com/docs/webhooks/#signed-webhooks
 */
export function uploadcare(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'uploadcare');
  return defineProvider({
    name: 'uploadcare',
    docs: 'https://uploadcare.com/docs/webhooks/#signed-webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-uc-signature', grammar: 'prefix', prefix: 'v1=' },
    }),
    proof: 'recipe',
    eventType: { json: 'hook.event' },
  });
}
