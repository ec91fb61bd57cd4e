import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Gogs: HMAC-SHA256 over the body. No time and no id is signed, so an event is its bytes; `X-Gogs-Event` and `X-Gogs-Delivery` are not
 * covered.
 *
 * @see https://github.com/gogs/gogs/blob/main/internal/database/webhook.go
 */
export function gogs(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'gogs');
  return defineProvider({
    name: 'gogs',
    docs: 'https://github.com/gogs/gogs/blob/main/internal/database/webhook.go',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-gogs-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { header: 'x-gogs-event' },
    unsigned: ['X-Gogs-Event', 'X-Gogs-Delivery'],
  });
}
