import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Xero: HMAC-SHA256 over the body, in base64, under the webhook's key. Its first calls are partly signed wrongly on purpose and want 401,
 * which they get. The body names what changed: fetch it. No time is signed.
 *
 * @see https://developer.xero.com/documentation/guides/webhooks/configuring-your-server/
 */
export function xero(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'xero');
  return defineProvider({
    name: 'xero',
    docs: 'https://developer.xero.com/documentation/guides/webhooks/configuring-your-server/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'x-xero-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
  });
}
