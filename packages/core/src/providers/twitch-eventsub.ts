import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Twitch EventSub: HMAC-SHA256 over message id, time and body, under a secret of 10 to 100 ASCII characters that you choose. Twitch advises to
 * refuse messages older than ten minutes. Whether it is a notification, a revocation or the verification of the URL, `Twitch-Eventsub-Message-
 * Type` says unsigned; the signed body shows it in `subscription.status` and `challenge`.
 *
 * @see https://dev.twitch.tv/docs/eventsub/handling-webhook-events/
 */
export function twitchEventsub(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'twitch-eventsub');
  return defineProvider({
    name: 'twitch-eventsub',
    docs: 'https://dev.twitch.tv/docs/eventsub/handling-webhook-events/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{id}{timestamp}{body}',
      signature: { header: 'twitch-eventsub-message-signature', grammar: 'prefix', prefix: 'sha256=' },
      timestamp: { header: 'twitch-eventsub-message-timestamp', unit: 'rfc3339' },
      id: { header: 'twitch-eventsub-message-id' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 600,
    proof: 'recipe',
    eventType: { json: 'subscription.type' },
    unsigned: ['Twitch-Eventsub-Message-Type'],
    handshake: {
      method: 'POST',
      marks: [{ json: 'subscription.status', value: 'webhook_callback_verification_pending' }, { json: 'challenge' }],
      text: { json: 'challenge' },
    },
  });
}
