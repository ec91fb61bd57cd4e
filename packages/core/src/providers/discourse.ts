import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Discourse: HMAC-SHA256 over the body, under the webhook's secret. Event, its type and its id stand in headers that are not signed. No time
 * is signed.
 *
 * @see https://meta.discourse.org/t/configure-webhooks-that-trigger-on-discourse-events-to-integrate-with-external-services/49045
 */
export function discourse(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'discourse');
  return defineProvider({
    name: 'discourse',
    docs: 'https://meta.discourse.org/t/configure-webhooks-that-trigger-on-discourse-events-to-integrate-with-external-services/49045',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-discourse-event-signature', grammar: 'prefix', prefix: 'sha256=' },
    }),
    proof: 'recipe',
    eventType: { header: 'x-discourse-event' },
  });
}
