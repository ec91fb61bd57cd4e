import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * PayChangu: HMAC-SHA256 over the body, under the webhook secret. No time and no id is signed; the page asks to confirm by the verify
 * endpoint.
 *
 * @see https://developer.paychangu.com/docs/webhooks
 */
export function paychangu(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'paychangu');
  return defineProvider({
    name: 'paychangu',
    docs: 'https://developer.paychangu.com/docs/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'signature', grammar: 'plain' },
      secret: { refuse: ['pub-', 'sec-'] },
    }),
    proof: 'recipe',
    eventType: { json: 'event_type' },
    environment: { json: 'mode', live: 'live', sandbox: 'test', absent: 'either' },
  });
}
