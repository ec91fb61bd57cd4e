import { defineProvider } from '../lib/scheme/define-provider.ts';
import { jwt } from '../lib/scheme/jwt.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Vonage (Messages, Voice, Verify, Dispatch): a JWT under the signature secret, which binds the body by a SHA-256. A GET has no body, and its
 * query is bound by nothing. The signatures of the SMS API, in a field `sig`, are not read here.
 *
 * @see https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks
 */
export function vonage(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'vonage');
  return defineProvider({
    name: 'vonage',
    docs: 'https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks',
    scheme: jwt({
      token: { header: 'authorization' },
      prefix: 'Bearer ',
      algorithms: ['HS256'],
      claims: { iss: 'Vonage' },
      issued: 'iat',
      id: 'jti',
      body: { claim: 'payload_hash', digest: 'sha256', unlessEmpty: true },
    }),
    methods: ['POST', 'GET'],
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'sdk',
    unsigned: ['the query'],
  });
}
