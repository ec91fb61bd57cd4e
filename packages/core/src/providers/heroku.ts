import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Heroku: HMAC-SHA256 over the body. Each attempt has an id of its own in the body; that of the delivery stays. What may stand in the
 * authorization header besides covers nothing and is not read. No time is signed that is held against the clock.
 *
 * @see https://devcenter.heroku.com/articles/app-webhooks
 */
export function heroku(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'heroku');
  return defineProvider({
    name: 'heroku',
    docs: 'https://devcenter.heroku.com/articles/app-webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'heroku-webhook-hmac-sha256', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventId: { json: 'webhook_metadata.delivery.id' },
    eventType: { json: 'webhook_metadata.event.include' },
  });
}
