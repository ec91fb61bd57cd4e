import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * PagerDuty, version 3: HMAC-SHA256 over the body, several `v1` during a rotation. No time is signed.
 *
 * @see https://developer.pagerduty.com/docs/verifying-webhook-signatures
 */
export function pagerduty(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'pagerduty');
  return defineProvider({
    name: 'pagerduty',
    docs: 'https://developer.pagerduty.com/docs/verifying-webhook-signatures',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-pagerduty-signature', grammar: 'pairs', signatures: 'v1' },
    }),
    proof: 'published',
    eventId: { json: 'event.id' },
    eventType: { json: 'event.event_type' },
  });
}
