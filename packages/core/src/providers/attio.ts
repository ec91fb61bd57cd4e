import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Attio: HMAC-SHA256 over the body, under the webhook's secret. No time is signed. A legacy header, X-Attio-Signature, carries the same value
 * and is not read.
 *
 * @see https://docs.attio.com/rest-api/guides/webhooks
 */
export function attio(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'attio');
  return defineProvider({
    name: 'attio',
    docs: 'https://docs.attio.com/rest-api/guides/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'attio-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
  });
}
