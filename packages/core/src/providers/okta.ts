import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `okta`. */
export interface OktaSettings {
  /** The header that holds the secret. Default `authorization`. */
  readonly header?: string;
}

/**
 * Okta, event hooks: the text that you gave Okta for a header. It covers nothing: whoever has seen one delivery can write any other. The one-time
 * GET with a challenge is answered; a secret that comes with it must be right.
 *
 * @see https://developer.okta.com/docs/guides/event-hook-implementation/nodejs/main/
 */
export function okta(settings: OktaSettings = {}): Provider {
  checkSettings(settings, ['header'], 'okta');
  return defineProvider({
    name: 'okta',
    docs: 'https://developer.okta.com/docs/guides/event-hook-implementation/nodejs/main/',
    scheme: staticToken({ token: { header: settings.header ?? 'authorization' } }),
    proof: 'recipe',
    eventType: { json: 'eventType' },
    unsigned: ['everything'],
    handshake: {
      method: 'GET',
      marks: [{ header: 'x-okta-verification-challenge' }],
      unsigned: true,
      json: { verification: { header: 'x-okta-verification-challenge' } },
    },
  });
}
