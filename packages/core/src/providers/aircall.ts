import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Aircall: the webhook's token, in the body. It covers nothing: fetch the call.
 * This is how programs that receive it read it; the vendor's own page was not at hand.
 *
 * @see https://developer.aircall.io/api-references/#webhooks
 */
export function aircall(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'aircall');
  return defineProvider({
    name: 'aircall',
    docs: 'https://developer.aircall.io/api-references/#webhooks',
    scheme: staticToken({ token: { json: 'token' } }),
    proof: 'recipe',
    unsigned: ['everything'],
    eventType: { json: 'event' },
  });
}
