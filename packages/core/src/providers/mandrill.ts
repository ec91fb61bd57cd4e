import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type UrlSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Mailchimp Transactional (Mandrill): HMAC-SHA1 over the configured URL and the names and values of the form, sorted. The URL is signed
 * exactly as it is configured. No time is signed. An empty batch is sent, with the key `test-webhook`, when a webhook is made.
 *
 * @see https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/#authenticating-webhook-requests
 */
export function mandrill(settings: UrlSettings): Provider {
  checkSettings(settings, ['publicUrl'], 'mandrill');
  return defineProvider({
    name: 'mandrill',
    docs: 'https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/#authenticating-webhook-requests',
    scheme: hmac({
      digest: 'sha1',
      encoding: 'base64',
      content: '{url}{fields}',
      publicUrl: settings.publicUrl,
      values: { fields: { canonical: 'form', order: 'sorted', pair: '', join: '' } },
      signature: { header: 'x-mandrill-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    handshake: { method: 'HEAD', unsigned: true },
  });
}
