import { defineProvider } from '../lib/scheme/define-provider.ts';
import { ed25519 } from '../lib/scheme/ed25519.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Telnyx: Ed25519 over time and body, under the account's public key, which is the base64 of 32 bytes. What its AI services call comes from
 * other addresses than its webhooks.
 *
 * @see https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks
 */
export function telnyx(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'telnyx');
  return defineProvider({
    name: 'telnyx',
    docs: 'https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks',
    scheme: ed25519({
      encoding: 'base64',
      content: '{timestamp}|{body}',
      signature: { header: 'telnyx-signature-ed25519', grammar: 'plain' },
      timestamp: { header: 'telnyx-timestamp' },
      secret: { encoding: 'base64', refuse: ['KEY'] },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'sdk',
    eventId: { json: 'data.id' },
    eventType: { json: 'data.event_type' },
    addresses: {
      ranges: [
        '192.76.120.128/29',
        '192.76.120.136/29',
        '192.76.120.144/29',
        '185.246.41.0/29',
        '185.246.41.8/29',
        '185.246.41.16/29',
        '103.115.244.0/29',
        '103.115.244.8/29',
      ],
      asOf: '2026-11-27',
      source: 'https://developers.telnyx.com/docs/voice/sip-trunking/network-configuration/ip-whitelisting',
    },
  });
}
