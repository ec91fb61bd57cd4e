import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Bitbucket Server and Data Center: HMAC-SHA256 over the body, where a secret is set. No time and no id is signed, so an event is its bytes;
 * `X-Event-Key` and `X-Request-Id` are not covered, but the body names its event, too. “Test connection” is signed and names none.
 *
 * @see https://confluence.atlassian.com/bitbucketserver/managing-webhooks-in-bitbucket-server-938025878.html
 */
export function bitbucketServer(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'bitbucket-server');
  return defineProvider({
    name: 'bitbucket-server',
    docs: 'https://confluence.atlassian.com/bitbucketserver/managing-webhooks-in-bitbucket-server-938025878.html',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-hub-signature', grammar: 'prefix', prefix: 'sha256=' },
    }),
    proof: 'recipe',
    eventType: { json: 'eventKey' },
    unsigned: ['X-Event-Key', 'X-Request-Id'],
  });
}
