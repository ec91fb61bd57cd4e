import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Flutterwave, version 4: HMAC-SHA256 over the body, base64, under the secret hash of the dashboard. An older copy of its documentation
 * compares the header with the secret itself, which is refused here. The signed body has a time in milliseconds, which is not held against a
 * window: whether a retry renews it is not documented.
 *
 * @see https://developer.flutterwave.com/docs/webhooks
 */
export function flutterwave(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'flutterwave');
  return defineProvider({
    name: 'flutterwave',
    docs: 'https://developer.flutterwave.com/docs/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'flutterwave-signature', grammar: 'plain' },
      secret: { refuse: ['FLWSECK', 'FLWPUBK'] },
    }),
    proof: 'recipe',
    eventType: { json: 'type' },
  });
}
