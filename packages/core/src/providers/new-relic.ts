import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `newRelic`. */
export interface NewRelicSettings {
  /** The custom header that carries your secret. */
  readonly header: string;
}

/**
 * New Relic: nothing is signed. A custom header of the destination can carry a secret, which covers nothing; for its Basic authentication, use
 * `basic`.
 *
 * @see https://docs.newrelic.com/docs/alerts/get-notified/notification-integrations/#webhook
 */
export function newRelic(settings: NewRelicSettings): Provider {
  checkSettings(settings, ['header'], 'new-relic');
  return defineProvider({
    name: 'new-relic',
    docs: 'https://docs.newrelic.com/docs/alerts/get-notified/notification-integrations/#webhook',
    scheme: staticToken({ token: { header: settings.header } }),
    proof: 'recipe',
    unsigned: ['everything'],
  });
}
