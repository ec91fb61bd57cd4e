import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, chooseSetting } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

const ENCODINGS = { hex: 'hex', base64: 'base64' } as const;

/** Settings of `klarna`. */
export interface KlarnaSettings {
  /** How the signature is written. Default `hex`. */
  readonly encoding?: keyof typeof ENCODINGS;
}

/**
 * Klarna: HMAC-SHA256 over the body, under the key whose id stands in a header: give it as the secret’s id. The page does not say how the
 * signature is written, and receivers read it as hex and as base64: that is a setting. The older push callbacks of orders are not signed at
 * all: fetch the order. No time is signed that is held against the clock.
 *
 * @see https://docs.klarna.com/acquirer/klarna-network/setup-your-integration/connection-configuration/setup-your-webhooks/
 */
export function klarna(settings: KlarnaSettings = {}): Provider {
  checkSettings(settings, ['encoding'], 'klarna');
  const { encoding = 'hex' } = settings;
  return defineProvider({
    name: 'klarna',
    docs: 'https://docs.klarna.com/acquirer/klarna-network/setup-your-integration/connection-configuration/setup-your-webhooks/',
    scheme: hmac({
      digest: 'sha256',
      encoding: chooseSetting(ENCODINGS, encoding, 'klarna.encoding'),
      content: '{body}',
      signature: { header: 'klarna-signature', grammar: 'plain' },
      keyId: { header: 'klarna-signing-key-id' },
    }),
    proof: 'recipe',
    eventId: { json: 'metadata.event_id' },
    eventType: { json: 'metadata.event_type' },
  });
}
