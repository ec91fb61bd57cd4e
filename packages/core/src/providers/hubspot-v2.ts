import { defineProvider } from '../lib/scheme/define-provider.ts';
import { digest } from '../lib/scheme/digest.ts';
import { checkSettings, type UrlSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * HubSpot, version 2: a plain SHA-256 of the client secret, the method, the URL and the body. Superseded by version 3, which signs a time. The
 * URL is the configured one, with the query of the request as it was sent.
 *
 * @see https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests
 */
export function hubspotV2(settings: UrlSettings): Provider {
  checkSettings(settings, ['publicUrl'], 'hubspot-v2');
  return defineProvider({
    name: 'hubspot-v2',
    docs: 'https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests',
    scheme: digest({
      digest: 'sha256',
      encoding: 'hex',
      content: '{secret}{method}{request}{body}',
      values: { request: { url: 'request' } },
      publicUrl: settings.publicUrl,
      signature: { header: 'x-hubspot-signature', grammar: 'plain' },
      require: [{ header: 'x-hubspot-signature-version', value: 'v2' }],
    }),
    proof: 'published',
    methods: ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'],
  });
}
