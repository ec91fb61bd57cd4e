import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * GoCardless: HMAC-SHA256 over the body. One delivery holds up to 250 events, each with an id of its own; here the id is that of the delivery.
 * No time is signed. A delivery with a wrong signature must be answered with 498.
 *
 * @see https://developer.gocardless.com/api-reference/#webhooks-overview
 */
export function gocardless(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'gocardless');
  return defineProvider({
    name: 'gocardless',
    docs: 'https://developer.gocardless.com/api-reference/#webhooks-overview',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'webhook-signature', grammar: 'plain' },
    }),
    proof: 'published',
    eventId: { json: 'meta.webhook_id' },
    statuses: { 'bad-signature': 498 },
  });
}
