import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * DocuSign Connect: HMAC-SHA256 over the body, one numbered header for each active key: one that matches is enough, so a rotation needs
 * nothing more than both secrets. Ten headers are read, of a hundred keys there may be. The key is used as the text that is shown, undecoded.
 * No time and no id is signed.
 *
 * @see https://developers.docusign.com/platform/webhooks/connect/hmac/
 */
export function docusign(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'docusign');
  return defineProvider({
    name: 'docusign',
    docs: 'https://developers.docusign.com/platform/webhooks/connect/hmac/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: {
        header: [
          'x-docusign-signature-1',
          'x-docusign-signature-2',
          'x-docusign-signature-3',
          'x-docusign-signature-4',
          'x-docusign-signature-5',
          'x-docusign-signature-6',
          'x-docusign-signature-7',
          'x-docusign-signature-8',
          'x-docusign-signature-9',
          'x-docusign-signature-10',
        ],
        grammar: 'plain',
      },
    }),
    proof: 'recipe',
    eventType: { json: 'event' },
  });
}
