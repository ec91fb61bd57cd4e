import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Mailgun: HMAC-SHA256 over a time and a random token in the JSON body. The event itself is not signed: whoever has seen one delivery can
 * write any event until its time is over.
 *
 * @see https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
 */
export function mailgun(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'mailgun');
  return defineProvider({
    name: 'mailgun',
    docs: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}{token}',
      values: { token: { json: 'signature.token', word: true } },
      signature: { json: 'signature.signature', grammar: 'plain' },
      timestamp: { json: 'signature.timestamp' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventId: { json: 'signature.token' },
    eventType: { json: 'event-data.event' },
    unsigned: ['event-data'],
  });
}
