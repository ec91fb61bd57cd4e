import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * LaunchDarkly: HMAC-SHA256 over the body, where the webhook has a secret; without one nothing is signed, and nothing is accepted here.
 * No time is signed.
 *
 * @see https://launchdarkly.com/docs/home/infrastructure/webhooks
 */
export function launchdarkly(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'launchdarkly');
  return defineProvider({
    name: 'launchdarkly',
    docs: 'https://launchdarkly.com/docs/home/infrastructure/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-ld-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventId: { json: '_id' },
    eventType: { json: 'kind' },
  });
}
