import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Bitbucket Cloud: HMAC-SHA256 over the body. No time is signed, and neither is the event’s name or the request’s id: both stand in headers. A
 * webhook without a secret is not signed.
 *
 * @see https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/
 */
export function bitbucketCloud(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'bitbucket-cloud');
  return defineProvider({
    name: 'bitbucket-cloud',
    docs: 'https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-hub-signature', grammar: 'prefix', prefix: 'sha256=' },
    }),
    proof: 'published',
    eventType: { header: 'x-event-key' },
  });
}
