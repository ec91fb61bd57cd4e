import { defineProvider } from '../lib/scheme/define-provider.ts';
import { jwt } from '../lib/scheme/jwt.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Wix: the whole body is a JWT that Wix signed with RS256; the public key of the app is the secret. The event is its claims, which
 * `delivery.json()` gives: `data` of them is JSON as text, and so is `data` within. A token that says when it ends is held to that. No id is
 * read, so each token is an event of its own. A token names its key: a secret’s id, if you give one, must be that `kid`. Wix waits 1,250 ms for
 * a 200.
 *
 * @see https://dev.wix.com/docs/build-apps/develop-your-app/access/authentication/verify-requests-received-from-wix
 */
export function wix(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'wix');
  return defineProvider({
    name: 'wix',
    docs: 'https://dev.wix.com/docs/build-apps/develop-your-app/access/authentication/verify-requests-received-from-wix',
    scheme: jwt({ token: { body: 'whole' }, algorithms: ['RS256'] }),
    proof: 'recipe',
  });
}
