import { defineProvider } from '../lib/scheme/define-provider.ts';
import { staticToken } from '../lib/scheme/static-token.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * GitLab with a secret token: the token in a header. It covers nothing; the signing token does (`gitlab-signing-token`). The idempotency key,
 * which stays the same over retries, is not signed, so an event is its bytes.
 *
 * @see https://docs.gitlab.com/user/project/integrations/webhooks/
 */
export function gitlab(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'gitlab');
  return defineProvider({
    name: 'gitlab',
    docs: 'https://docs.gitlab.com/user/project/integrations/webhooks/',
    scheme: staticToken({ token: { header: 'x-gitlab-token' }, secret: { refuse: ['glpat-'] } }),
    proof: 'recipe',
    unsigned: ['everything'],
    eventType: { json: 'object_kind' },
  });
}
