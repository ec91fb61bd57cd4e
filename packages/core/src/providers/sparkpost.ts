import { defineProvider } from '../lib/scheme/define-provider.ts';
import { basic } from '../lib/scheme/basic.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * SparkPost: HTTP Basic with the user and password set at the webhook. They cover nothing. With OAuth 2 it sends a token that you issued,
 * which your own server must judge.
 *
 * @see https://developers.sparkpost.com/api/webhooks/
 */
export function sparkpost(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'sparkpost');
  return defineProvider({
    name: 'sparkpost',
    docs: 'https://developers.sparkpost.com/api/webhooks/',
    scheme: basic({}),
    proof: 'recipe',
    unsigned: ['everything'],
  });
}
