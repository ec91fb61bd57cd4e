import { defineProvider } from '../lib/scheme/define-provider.ts';
import { ecdsa } from '../lib/scheme/ecdsa.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * SendGrid: ECDSA on P-256 over time and body, under the public key of the dashboard. A batch holds many events, so no id is named.
 *
 * @see https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
 */
export function sendgrid(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'sendgrid');
  return defineProvider({
    name: 'sendgrid',
    docs: 'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features',
    scheme: ecdsa({
      curve: 'P-256',
      form: 'der',
      encoding: 'base64',
      content: '{timestamp}{body}',
      signature: { header: 'x-twilio-email-event-webhook-signature', grammar: 'plain' },
      timestamp: { header: 'x-twilio-email-event-webhook-timestamp' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'published',
  });
}
