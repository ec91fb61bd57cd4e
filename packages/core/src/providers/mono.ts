import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Mono: the webhook's secret in a header, as it was set. It covers nothing: fetch what the event speaks of.
 *
 * @see https://docs.mono.co/docs/webhooks
 */
export function mono(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'mono');
  return defineProvider({
    name: 'mono',
    docs: 'https://docs.mono.co/docs/webhooks',
    scheme: staticToken({ token: { header: 'mono-webhook-secret' } }),
    proof: 'recipe',
    unsigned: ['everything'],
    eventType: { json: 'event' },
  });
}
