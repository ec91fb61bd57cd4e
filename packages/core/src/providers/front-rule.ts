import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Front, webhooks of a rule: HMAC-SHA1 over the body, under the company’s API secret. Webhooks of an application are another scheme (`front`).
 * No time is signed that is held against the clock.
 *
 * @see https://dev.frontapp.com/docs/webhooks-1
 */
export function frontRule(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'front-rule');
  return defineProvider({
    name: 'front-rule',
    docs: 'https://dev.frontapp.com/docs/webhooks-1',
    scheme: hmac({
      digest: 'sha1',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'x-front-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventId: { json: 'id' },
    eventType: { json: 'type' },
  });
}
