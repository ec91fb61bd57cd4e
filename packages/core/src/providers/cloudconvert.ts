import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * CloudConvert: HMAC-SHA256 over the body, under the signing secret of the webhook. No time is signed.
 *
 * @see https://cloudconvert.com/api/v2/webhooks#webhooks-signing
 */
export function cloudconvert(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'cloudconvert');
  return defineProvider({
    name: 'cloudconvert',
    docs: 'https://cloudconvert.com/api/v2/webhooks#webhooks-signing',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'cloudconvert-signature', grammar: 'plain' },
    }),
    proof: 'sdk',
    eventType: { json: 'event' },
  });
}
