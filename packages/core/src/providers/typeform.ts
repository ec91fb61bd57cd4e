import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Typeform: HMAC-SHA256 over the body; `sha256=` and then base64, where others write hex. No time is signed. 404 or 410 switches the webhook
 * off.
 *
 * @see https://www.typeform.com/developers/webhooks/secure-your-webhooks/
 */
export function typeform(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'typeform');
  return defineProvider({
    name: 'typeform',
    docs: 'https://www.typeform.com/developers/webhooks/secure-your-webhooks/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'typeform-signature', grammar: 'prefix', prefix: 'sha256=' },
      secret: { refuse: ['tfp_'] },
    }),
    proof: 'recipe',
    eventId: { json: 'event_id' },
    eventType: { json: 'event_type' },
  });
}
