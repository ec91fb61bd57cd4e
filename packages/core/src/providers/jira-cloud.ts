import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Jira, in the cloud and in the data centre: HMAC-SHA256 over the body. No time is signed, and the identifier of the delivery stands in a
 * header that is not. A webhook without a secret is not signed.
 *
 * @see https://developer.atlassian.com/cloud/jira/platform/webhooks/
 */
export function jiraCloud(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'jira-cloud');
  return defineProvider({
    name: 'jira-cloud',
    docs: 'https://developer.atlassian.com/cloud/jira/platform/webhooks/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-hub-signature', grammar: 'prefix', prefix: 'sha256=' },
    }),
    proof: 'published',
    eventType: { json: 'webhookEvent' },
  });
}
