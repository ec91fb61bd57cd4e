import { defineProvider } from '../lib/scheme/define-provider.ts';
import { ed25519 } from '../lib/scheme/ed25519.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Discord: Ed25519 over time and body, under the application’s public key. Discord asks for 401 where a signature is
 * wrong, and tries that; its PING is signed, and answered here.
 *
 * @see https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers
 */
export function discord(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'discord');
  return defineProvider({
    name: 'discord',
    docs: 'https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers',
    scheme: ed25519({
      encoding: 'hex',
      content: '{timestamp}{body}',
      signature: { header: 'x-signature-ed25519', grammar: 'plain' },
      timestamp: { header: 'x-signature-timestamp' },
      secret: { encoding: 'hex' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'sdk',
    eventId: { json: 'id' },
    eventType: { json: 'type' },
    handshake: { method: 'POST', marks: [{ json: 'type', value: '1' }], json: { type: 1 } },
  });
}
