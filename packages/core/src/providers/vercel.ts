import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Vercel: HMAC-SHA1 over the body, under the secret of the webhook, the integration or the drain. No time is signed. Drains send lists or
 * lines, which have no id of their own. The `x-vercel-verify` header that a drain's endpoint must show is not answered here: set it beside the guard.
 *
 * @see https://vercel.com/docs/webhooks/webhooks-api
 */
export function vercel(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'vercel');
  return defineProvider({
    name: 'vercel',
    docs: 'https://vercel.com/docs/webhooks/webhooks-api',
    scheme: hmac({
      digest: 'sha1',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-vercel-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventId: { json: 'id' },
    eventType: { json: 'type' },
  });
}
