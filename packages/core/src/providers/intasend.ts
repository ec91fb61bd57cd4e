import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * IntaSend: the challenge set with the webhook, in the body. It covers nothing: `intasendConfirm` of `@postern/core/confirm`
 * asks for the invoice's status before your handler runs. A page of its issues asks for
 * signatures; there are none yet.
 *
 * @see https://developers.intasend.com/docs/payment-collection-events
 */
export function intasend(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'intasend');
  return defineProvider({
    name: 'intasend',
    docs: 'https://developers.intasend.com/docs/payment-collection-events',
    scheme: staticToken({ token: { json: 'challenge' } }),
    proof: 'recipe',
    unsigned: ['everything'],
    eventType: { json: 'state' },
  });
}
