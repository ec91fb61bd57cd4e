import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * LINE: HMAC-SHA256 over the body, base64, under the channel secret as text. A delivery holds any number of events, each with a
 * `webhookEventId`, or none, when the console verifies the URL. No time is signed. LINE waits two seconds for the answer.
 *
 * @see https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/
 */
export function line(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'line');
  return defineProvider({
    name: 'line',
    docs: 'https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'x-line-signature', grammar: 'plain' },
    }),
    proof: 'published',
  });
}
