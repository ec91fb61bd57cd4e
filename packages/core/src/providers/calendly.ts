import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Calendly: HMAC-SHA256 over time and body. Webhooks made with a personal token have no signing key unless one was given, and are then not
 * signed. Calendly’s own example allows three minutes of age, as here. No id is signed.
 *
 * @see https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures
 */
export function calendly(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'calendly');
  return defineProvider({
    name: 'calendly',
    docs: 'https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}.{body}',
      signature: {
        header: 'calendly-webhook-signature',
        grammar: 'pairs',
        timestamp: 't',
        signatures: 'v1',
        spaced: true,
      },
      secret: { refuse: ['eyJ'] },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 180,
    proof: 'recipe',
    eventType: { json: 'event' },
  });
}
