import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Modern Treasury: HMAC-SHA256 over the body. No time and no id is signed, so an event is its bytes; `X-Topic` and `X-Webhook-ID` are not
 * covered.
 *
 * @see https://docs.moderntreasury.com/platform/docs/webhooks-1
 */
export function modernTreasury(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'modern-treasury');
  return defineProvider({
    name: 'modern-treasury',
    docs: 'https://docs.moderntreasury.com/platform/docs/webhooks-1',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-signature', grammar: 'plain' },
    }),
    proof: 'published',
    eventType: { json: 'event' },
    environment: { json: 'data.live_mode', live: 'true', sandbox: 'false', absent: 'either' },
    unsigned: ['X-Topic', 'X-Webhook-ID'],
  });
}
