import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, chooseSetting, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

const CHOSEN = {
  names: { signatureField: 'h' },
  headers: { signedHeaders: { signatureField: 'h' }, separator: ' ', join: '.' },
} as const;
const CONTENTS = { v1: '{timestamp}.{names}.{headers}.{body}', v0: '{timestamp}.{body}' } as const;

/** Settings of `coinbaseCdp`. */
export interface CoinbaseCdpSettings extends TimedSettings {
  /** `v1`, the default, signs headers, too. `v0` is over time and body, and older deliveries have none. */
  readonly version?: keyof typeof CONTENTS;
}

/**
 * Coinbase Developer Platform: HMAC-SHA256 over time, the names of the headers that the sender chose, their values, and the body. Where one
 * value ends and the next begins is not signed, so nothing in those headers is believed. Newer deliveries carry a second signature over time
 * and body alone, `v0`.
 *
 * @see https://docs.cdp.coinbase.com/webhooks/verify-signatures
 */
export function coinbaseCdp(settings: CoinbaseCdpSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds', 'version'], 'coinbase-cdp');
  const version = settings.version ?? 'v1';
  return defineProvider({
    name: 'coinbase-cdp',
    docs: 'https://docs.cdp.coinbase.com/webhooks/verify-signatures',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: chooseSetting(CONTENTS, version, 'coinbase-cdp.version'),
      values: version === 'v1' ? CHOSEN : {},
      signature: {
        header: 'x-hook0-signature',
        grammar: 'pairs',
        timestamp: 't',
        signatures: version,
        ...(version === 'v1' && { fields: ['h'] }),
      },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventId: { json: 'id' },
    eventType: { json: 'eventType' },
  });
}
