import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Gitea, and Forgejo: HMAC-SHA256 over the body. No time and no id is signed, so an event is its bytes; `X-Gitea-Event` and `X-Gitea-Delivery`
 * are not covered.
 *
 * @see https://docs.gitea.com/usage/webhooks
 */
export function gitea(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'gitea');
  return defineProvider({
    name: 'gitea',
    docs: 'https://docs.gitea.com/usage/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-gitea-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { header: 'x-gitea-event' },
    unsigned: ['X-Gitea-Event', 'X-Gitea-Delivery'],
  });
}
