import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * MailerSend: HMAC-SHA256 over the body, under the webhook's signing secret. No time is signed. Before a webhook is saved its URL is tried with
 * an event `webhook.test`, under a secret that is published: give that as a second one with a `notAfter` some minutes away, since anybody can
 * sign with it.
 *
 * @see https://developers.mailersend.com/api/v1/webhooks.html#security
 */
export function mailersend(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'mailersend');
  return defineProvider({
    name: 'mailersend',
    docs: 'https://developers.mailersend.com/api/v1/webhooks.html#security',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { json: 'type' },
  });
}
