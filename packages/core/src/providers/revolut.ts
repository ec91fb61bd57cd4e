import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Revolut (Business, Merchant, Crypto Ramp): HMAC-SHA256 over `v1`, the time in milliseconds and the body. During a rotation it carries a
 * signature for each secret. No id is signed.
 *
 * @see https://developer.revolut.com/docs/guides/manage-accounts/webhooks/verify-the-payload-signature
 */
export function revolut(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'revolut');
  return defineProvider({
    name: 'revolut',
    docs: 'https://developer.revolut.com/docs/guides/manage-accounts/webhooks/verify-the-payload-signature',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: 'v1.{timestamp}.{body}',
      signature: { header: 'revolut-signature', grammar: 'pairs', signatures: 'v1' },
      timestamp: { header: 'revolut-request-timestamp', unit: 'milliseconds' },
      secret: { refuse: ['sk_'] },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'published',
    eventType: { json: 'event' },
  });
}
