import { defineProvider } from '../lib/scheme/define-provider.ts';
import { jwt } from '../lib/scheme/jwt.ts';
import { checkSettings, type UrlSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * monday.com: a JWT that names the endpoint and the account, for five minutes. The body is not signed: whoever has seen one delivery can write
 * any event until its token ends. Webhooks made with a personal token carry no JWT and are refused. The challenge that
 * comes when one is made is answered with or without a JWT, since monday does not promise one.
 *
 * @see https://developer.monday.com/apps/docs/authorization-header
 */
export function monday(settings: UrlSettings & TimedSettings): Provider {
  checkSettings(settings, ['publicUrl', 'toleranceSeconds'], 'monday');
  return defineProvider({
    name: 'monday',
    docs: 'https://developer.monday.com/apps/docs/authorization-header',
    scheme: jwt({
      token: { header: 'authorization' },
      algorithms: ['HS256'],
      claims: { aud: settings.publicUrl },
      issued: 'iat',
      expires: 'required',
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'recipe',
    eventType: { json: 'event.type' },
    unsigned: ['the body'],
    handshake: {
      method: 'POST',
      marks: [{ json: 'challenge' }],
      unsigned: true,
      json: { challenge: { json: 'challenge' } },
    },
  });
}
