import { defineProvider } from '../lib/scheme/define-provider.ts';
import { digest } from '../lib/scheme/digest.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * HubSpot, version 1: a plain SHA-256 of the client secret and the body. Superseded by version 3, which signs the URL and a time.
 *
 * @see https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests
 */
export function hubspotV1(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'hubspot-v1');
  return defineProvider({
    name: 'hubspot-v1',
    docs: 'https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests',
    scheme: digest({
      digest: 'sha256',
      encoding: 'hex',
      content: '{secret}{body}',
      signature: { header: 'x-hubspot-signature', grammar: 'plain' },
      require: [{ header: 'x-hubspot-signature-version', value: 'v1' }],
    }),
    proof: 'published',
  });
}
