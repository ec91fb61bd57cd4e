import { defineProvider } from '../lib/scheme/define-provider.ts';
import { jwt } from '../lib/scheme/jwt.ts';
import { checkSettings, type TimedSettings, type UrlSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * MessageBird (Bird): a JWT of one minute that holds the digests of the URL and of the body.
 *
 * @see https://developers.messagebird.com/api/#verifying-http-requests
 */
export function messagebird(settings: UrlSettings & TimedSettings): Provider {
  checkSettings(settings, ['publicUrl', 'toleranceSeconds'], 'messagebird');
  return defineProvider({
    name: 'messagebird',
    docs: 'https://developers.messagebird.com/api/#verifying-http-requests',
    scheme: jwt({
      token: { header: 'messagebird-signature-jwt' },
      algorithms: ['HS256', 'HS384', 'HS512'],
      claims: { iss: 'MessageBird' },
      issued: 'nbf',
      expires: 'required',
      id: 'jti',
      body: { claim: 'payload_hash', digest: 'sha256', unlessEmpty: true },
      url: { claim: 'url_hash', digest: 'sha256' },
      publicUrl: settings.publicUrl,
    }),
    methods: ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'],
    toleranceSeconds: settings.toleranceSeconds ?? 60,
    proof: 'published',
  });
}
