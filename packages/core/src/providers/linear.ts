import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Linear: HMAC-SHA256 over the body, which holds the time of sending. The headers with the delivery’s id and the time are not signed.
 * Linear tries again after a minute, an hour and six hours.
 *
 * @see https://linear.app/developers/webhooks#securing-webhooks
 */
export function linear(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'linear');
  return defineProvider({
    name: 'linear',
    docs: 'https://linear.app/developers/webhooks#securing-webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'linear-signature', grammar: 'plain' },
      timestamp: { json: 'webhookTimestamp', unit: 'milliseconds' },
      secret: { refuse: ['lin_api_', 'lin_oauth_'] },
    }),
    // Linear’s own page and library say a minute.
    toleranceSeconds: settings.toleranceSeconds ?? 60,
    retryHours: 8,
    proof: 'sdk',
    eventType: { json: 'type' },
    unsigned: ['the headers linear-delivery, linear-event and linear-timestamp'],
  });
}
