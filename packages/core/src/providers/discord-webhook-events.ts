import { defineProvider } from '../lib/scheme/define-provider.ts';
import { ed25519 } from '../lib/scheme/ed25519.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Discord, webhook events: Ed25519 over time and body, under the application’s public key. It asks for 204 within three seconds, and for 401
 * where a signature is wrong. Its PING is signed, too.
 *
 * @see https://docs.discord.com/developers/events/webhook-events
 */
export function discordWebhookEvents(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'discord-webhook-events');
  return defineProvider({
    name: 'discord-webhook-events',
    docs: 'https://docs.discord.com/developers/events/webhook-events',
    scheme: ed25519({
      encoding: 'hex',
      content: '{timestamp}{body}',
      signature: { header: 'x-signature-ed25519', grammar: 'plain' },
      timestamp: { header: 'x-signature-timestamp' },
      secret: { encoding: 'hex' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'sdk',
    eventType: { json: 'event.type' },
    acknowledgement: { status: 204 },
    handshake: { method: 'POST', marks: [{ json: 'type', value: '0' }], status: 204 },
  });
}
