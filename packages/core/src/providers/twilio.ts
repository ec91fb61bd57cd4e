import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, type UrlSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Twilio: HMAC-SHA1 over the URL and the sorted fields of the form; for other bodies over the URL alone, whose query then holds the digest of
 * the body. Twilio writes the URL with or without the port, and an apostrophe in two ways: each is looked for. No time and no id is signed.
 *
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-security
 */
export function twilio(settings: UrlSettings): Provider {
  checkSettings(settings, ['publicUrl'], 'twilio');
  return defineProvider({
    name: 'twilio',
    docs: 'https://www.twilio.com/docs/usage/webhooks/webhooks-security',
    scheme: hmac({
      digest: 'sha1',
      encoding: 'base64',
      publicUrl: settings.publicUrl,
      content: ['{request}{form}', '{withPort}{form}', '{quoted}{form}', '{quotedWithPort}{form}'],
      values: {
        request: { url: 'request' },
        withPort: { url: 'request', port: 'added' },
        quoted: { url: 'request', quotes: '%27' },
        quotedWithPort: { url: 'request', port: 'added', quotes: '%27' },
        form: { canonical: 'form', order: 'sorted', pair: '', join: '', repeated: 'unique' },
      },
      bodyDigest: { query: 'bodySHA256', digest: 'sha256' },
      signature: { header: 'x-twilio-signature', grammar: 'plain' },
    }),
    methods: ['POST', 'GET'],
    proof: 'published',
    eventType: { form: 'SmsStatus' },
  });
}
