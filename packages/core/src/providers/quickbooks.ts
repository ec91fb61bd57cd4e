import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * QuickBooks Online (Intuit): HMAC-SHA256 over the body, in base64, under the verifier token of the app. The body names what changed: fetch
 * it. No time is signed.
 *
 * @see https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks
 */
export function quickbooks(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'quickbooks');
  return defineProvider({
    name: 'quickbooks',
    docs: 'https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'intuit-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
  });
}
