import { defineProvider } from '../lib/scheme/define-provider.ts';
import { jwt } from '../lib/scheme/jwt.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Netlify: a JWT that holds the digest of the body. It says no time, so a delivery can be sent again for ever: repeats are left to the claims.
 * The event’s name stands in a header that is not signed.
 *
 * @see https://docs.netlify.com/deploy/deploy-notifications/#payload-signature
 */
export function netlify(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'netlify');
  return defineProvider({
    name: 'netlify',
    docs: 'https://docs.netlify.com/deploy/deploy-notifications/#payload-signature',
    scheme: jwt({
      token: { header: 'x-webhook-signature' },
      algorithms: ['HS256'],
      claims: { iss: 'netlify' },
      body: { claim: 'sha256', digest: 'sha256' },
    }),
    proof: 'recipe',
    eventType: { header: 'x-netlify-event' },
    unsigned: ['the header x-netlify-event'],
  });
}
