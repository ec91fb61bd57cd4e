import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, chooseSetting, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `paymongo`. */
export interface PaymongoSettings extends TimedSettings {
  /** Which signature counts. Default `live`. */
  readonly mode?: 'live' | 'test';
}

/**
 * PayMongo: HMAC-SHA256 over time and body. The header has a signature for test mode (`te`) and one for live mode (`li`), of which one is
 * empty: the setting says which counts.
 *
 * @see https://developers.paymongo.com/docs/creating-webhook#3-securing-a-webhook-optional-but-highly-recommended
 */
export function paymongo(settings: PaymongoSettings = {}): Provider {
  checkSettings(settings, ['mode', 'toleranceSeconds'], 'paymongo');
  return defineProvider({
    name: 'paymongo',
    docs: 'https://developers.paymongo.com/docs/creating-webhook#3-securing-a-webhook-optional-but-highly-recommended',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}.{body}',
      signature: {
        header: 'paymongo-signature',
        grammar: 'pairs',
        timestamp: 't',
        signatures: chooseSetting({ live: 'li', test: 'te' }, settings.mode ?? 'live', 'mode'),
      },
      secret: { refuse: ['sk_live_', 'sk_test_', 'pk_live_', 'pk_test_'] },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventId: { json: 'data.id' },
    eventType: { json: 'data.attributes.type' },
    environment: { json: 'data.attributes.livemode', live: 'true', sandbox: 'false' },
  });
}
