import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `strapi`. */
export interface StrapiSettings {
  /** The custom header that carries your secret. */
  readonly header: string;
}

/**
 * Strapi: nothing is signed. A header of the webhook can carry a secret, which covers nothing.
 *
 * @see https://docs.strapi.io/cms/backend-customization/webhooks
 */
export function strapi(settings: StrapiSettings): Provider {
  checkSettings(settings, ['header'], 'strapi');
  return defineProvider({
    name: 'strapi',
    docs: 'https://docs.strapi.io/cms/backend-customization/webhooks',
    scheme: staticToken({ token: { header: settings.header } }),
    proof: 'recipe',
    unsigned: ['everything'],
    eventType: { json: 'event' },
  });
}
