import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Auth0, log and event streams: the authorization header as it was set at the stream, with `Bearer` where that was written there. It covers
 * nothing: whoever has seen one delivery can write any other. Log streams send a list, or lines, of events.
 *
 * @see https://auth0.com/docs/customize/log-streams/custom-log-streams
 */
export function auth0(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'auth0');
  return defineProvider({
    name: 'auth0',
    docs: 'https://auth0.com/docs/customize/log-streams/custom-log-streams',
    scheme: staticToken({ token: { header: 'authorization' } }),
    proof: 'recipe',
    unsigned: ['everything'],
  });
}
