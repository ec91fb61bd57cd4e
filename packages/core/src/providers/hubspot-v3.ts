import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type TimedSettings, type UrlSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * HubSpot, version 3: HMAC-SHA256 over method, URL, body and time in milliseconds. A batch holds many events, so no id is named.
 *
 * @see https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
 */
export function hubspotV3(settings: UrlSettings & TimedSettings): Provider {
  checkSettings(settings, ['publicUrl', 'toleranceSeconds'], 'hubspot-v3');
  return defineProvider({
    name: 'hubspot-v3',
    docs: 'https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{method}{request}{body}{timestamp}',
      values: { request: { url: 'request', decoded: true } },
      publicUrl: settings.publicUrl,
      signature: { header: 'x-hubspot-signature-v3', grammar: 'plain' },
      timestamp: { header: 'x-hubspot-request-timestamp', unit: 'milliseconds' },
    }),
    methods: ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'],
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'published',
  });
}
