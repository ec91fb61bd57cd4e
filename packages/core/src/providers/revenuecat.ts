import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * RevenueCat: the text that you gave for the authorization header, whole, with its `Bearer ` if you wrote one. It covers nothing: whoever has seen
 * one delivery can write any other. A header x-revenuecat-signature is spoken of, but no page read says how it is made.
 *
 * @see https://www.revenuecat.com/docs/integrations/webhooks
 */
export function revenuecat(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'revenuecat');
  return defineProvider({
    name: 'revenuecat',
    docs: 'https://www.revenuecat.com/docs/integrations/webhooks',
    scheme: staticToken({ token: { header: 'authorization' } }),
    retryHours: 3, // five times, after 5, 10, 20, 40 and 80 minutes
    proof: 'recipe',
    eventType: { json: 'event.type' },
    unsigned: ['everything'],
  });
}
