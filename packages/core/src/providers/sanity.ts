import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Sanity: HMAC-SHA256 over time in milliseconds and body, in base64url.
 *
 * @see https://www.sanity.io/docs/content-lake/webhooks
 */
export function sanity(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'sanity');
  return defineProvider({
    name: 'sanity',
    docs: 'https://www.sanity.io/docs/content-lake/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64url',
      content: '{timestamp}.{body}',
      signature: {
        header: 'sanity-webhook-signature',
        grammar: 'pairs',
        timestamp: 't',
        signatures: 'v1',
        spaced: true,
      },
      timestamp: { unit: 'milliseconds' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'published',
  });
}
