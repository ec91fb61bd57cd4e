import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Cal.com: HMAC-SHA256 over the body. A webhook without a secret sends words in place of a signature, which are refused. No time is signed
 * that is held against the clock.
 *
 * @see https://cal.com/docs/developing/guides/automation/webhooks
 */
export function calCom(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'cal-com');
  return defineProvider({
    name: 'cal-com',
    docs: 'https://cal.com/docs/developing/guides/automation/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-cal-signature-256', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { json: 'triggerEvent' },
  });
}
