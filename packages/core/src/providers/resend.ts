import { defineProvider } from '../lib/scheme/define-provider.ts';
import { standardWebhook } from '../lib/scheme/standard-webhook.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Resend: Svix, HMAC-SHA256 over id, time and body.
 *
 * @see https://resend.com/docs/dashboard/webhooks/verify-webhooks-requests
 */
export function resend(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'resend');
  return defineProvider({
    name: 'resend',
    docs: 'https://resend.com/docs/dashboard/webhooks/verify-webhooks-requests',
    scheme: standardWebhook({ headers: 'svix', secret: { encoding: 'base64', prefix: 'whsec_', refuse: ['re_'] } }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    retries: 'resigned',
    proof: 'sdk',
    eventType: { json: 'type' },
  });
}
