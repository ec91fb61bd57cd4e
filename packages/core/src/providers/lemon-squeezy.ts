import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Lemon Squeezy: HMAC-SHA256 over the body. No time and no id is signed, so an event is its bytes. The event’s name stands in the body, which
 * is signed, and in `X-Event-Name`, which is not.
 *
 * @see https://docs.lemonsqueezy.com/help/webhooks/signing-requests
 */
export function lemonSqueezy(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'lemon-squeezy');
  return defineProvider({
    name: 'lemon-squeezy',
    docs: 'https://docs.lemonsqueezy.com/help/webhooks/signing-requests',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-signature', grammar: 'plain' },
      secret: { refuse: ['eyJ'] },
    }),
    proof: 'recipe',
    eventType: { json: 'meta.event_name' },
    environment: { json: 'data.attributes.test_mode', live: 'false', sandbox: 'true', absent: 'either' },
    unsigned: ['X-Event-Name'],
  });
}
