import { defineProvider } from '../lib/scheme/define-provider.ts';
import { rsa } from '../lib/scheme/rsa.ts';
import { checkSettings, keysOf, type KeySettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Paddle Classic: RSA with SHA-1 over the form fields as PHP serialises them, under the account’s public key. No time is signed that could be
 * relied on.
 *
 * @see https://developer.paddle.com/classic/webhook-reference/verifying-webhooks
 */
export function paddleClassic(settings: KeySettings = {}): Provider {
  checkSettings(settings, ['publicKey'], 'paddle-classic');
  return defineProvider({
    name: 'paddle-classic',
    docs: 'https://developer.paddle.com/classic/webhook-reference/verifying-webhooks',
    scheme: rsa({
      digest: 'sha1',
      encoding: 'base64',
      content: '{fields}',
      values: { fields: { canonical: 'php-serialized', except: ['p_signature'] } },
      signature: { form: 'p_signature', grammar: 'plain' },
      ...keysOf(settings),
    }),
    proof: 'published',
    eventId: { form: 'alert_id' },
    eventType: { form: 'alert_name' },
  });
}
