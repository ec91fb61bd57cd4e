import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Recurly: HMAC-SHA256 over time in milliseconds and body, several signatures during a rotation. XML webhooks are not signed.
 *
 * @see https://docs.recurly.com/recurly-subscriptions/docs/signature-verification
 */
export function recurly(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'recurly');
  return defineProvider({
    name: 'recurly',
    docs: 'https://docs.recurly.com/recurly-subscriptions/docs/signature-verification',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{timestamp}.{body}',
      signature: {
        header: 'recurly-signature',
        grammar: 'positional',
        undecodable: 'skipped',
        separator: ',',
        fields: ['timestamp', 'signatures'],
      },
      timestamp: { unit: 'milliseconds' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'published',
    eventType: { json: 'event_type' },
  });
}
