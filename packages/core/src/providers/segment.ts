import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Segment, webhook destinations: HMAC-SHA1 over the body. With batching switched on only the first event of a batch is signed, so batches are refused.
 * No time is signed.
 *
 * @see https://www.twilio.com/docs/segment/connections/destinations/catalog/actions-webhook
 */
export function segment(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'segment');
  return defineProvider({
    name: 'segment',
    docs: 'https://www.twilio.com/docs/segment/connections/destinations/catalog/actions-webhook',
    scheme: hmac({
      digest: 'sha1',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventId: { json: 'messageId' },
    eventType: { json: 'type' },
  });
}
