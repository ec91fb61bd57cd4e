import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Sentry, integrations: HMAC-SHA256 over the body, under the client secret. Resource, time and id of the request stand in headers that are not signed.
 * The old webhook plugin signs nothing and is refused.
 *
 * @see https://docs.sentry.io/organization/integrations/integration-platform/webhooks/
 */
export function sentry(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'sentry');
  return defineProvider({
    name: 'sentry',
    docs: 'https://docs.sentry.io/organization/integrations/integration-platform/webhooks/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'sentry-hook-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { header: 'sentry-hook-resource' },
    unsigned: ['the headers sentry-hook-resource, sentry-hook-timestamp and request-id'],
  });
}
