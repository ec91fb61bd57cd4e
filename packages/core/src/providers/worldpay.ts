import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Worldpay (Access): HMAC-SHA256 over the body, one signature for each key, each with the number of its key. The number is not asked: every secret is
 * tried. The hash that the header names is not asked either: another than SHA256 is refused. No time is signed.
 *
 * @see https://developer.worldpay.com/products/access/events/signature/
 */
export function worldpay(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'worldpay');
  return defineProvider({
    name: 'worldpay',
    docs: 'https://developer.worldpay.com/products/access/events/signature/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: {
        header: 'event-signature',
        grammar: 'versioned',
        version: '#',
        separator: ',',
        versionSeparator: '/SHA256/',
      },
    }),
    proof: 'recipe',
    eventId: { json: 'eventId' },
    eventType: { json: 'eventDetails.type' },
    // Worldpay asks for 400 where the signatures do not match.
    statuses: { 'bad-signature': 400 },
  });
}
