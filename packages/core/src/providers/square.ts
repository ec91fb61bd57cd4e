import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type UrlSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Square: HMAC-SHA256 over the configured URL and the body. The URL is signed exactly as the dashboard has it. No time is signed.
 *
 * @see https://developer.squareup.com/docs/webhooks/step3validate
 */
export function square(settings: UrlSettings): Provider {
  checkSettings(settings, ['publicUrl'], 'square');
  return defineProvider({
    name: 'square',
    docs: 'https://developer.squareup.com/docs/webhooks/step3validate',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{url}{body}',
      publicUrl: settings.publicUrl,
      signature: { header: 'x-square-hmacsha256-signature', grammar: 'plain' },
    }),
    proof: 'published',
    eventId: { json: 'event_id' },
    eventType: { json: 'type' },
  });
}
