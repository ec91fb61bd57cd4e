import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `hasura`. */
export interface HasuraSettings {
  /** The custom header that carries your secret. */
  readonly header: string;
}

/**
 * Hasura event triggers: nothing is signed. A header of the trigger, best from its environment, can carry a secret, which covers nothing.
 *
 * @see https://hasura.io/docs/2.0/event-triggers/create-trigger/
 */
export function hasura(settings: HasuraSettings): Provider {
  checkSettings(settings, ['header'], 'hasura');
  return defineProvider({
    name: 'hasura',
    docs: 'https://hasura.io/docs/2.0/event-triggers/create-trigger/',
    scheme: staticToken({ token: { header: settings.header } }),
    proof: 'recipe',
    unsigned: ['everything'],
    eventType: { json: 'trigger.name' },
  });
}
