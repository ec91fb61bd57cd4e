import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Paysafe: HMAC-SHA256 over the body, base64, under a key that is given in base64, on one line. No time and no id is signed, so an event is
 * its bytes. Requests without a body are signed over their path, which is not read here.
 *
 * @see https://developer.paysafe.com/en/api-docs/embedded-wallets-docs/request-signing/
 */
export function paysafe(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'paysafe');
  return defineProvider({
    name: 'paysafe',
    docs: 'https://developer.paysafe.com/en/api-docs/embedded-wallets-docs/request-signing/',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'signature', grammar: 'plain' },
      secret: { encoding: 'base64' },
    }),
    proof: 'published',
  });
}
