import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * X (Twitter), Account Activity: HMAC-SHA256 over the body, under the consumer secret. No time and no id is signed. The GET with a
 * `crc_token`, at registration and about every day, must be answered for ever: route GET to the guard, too.
 *
 * @see https://docs.x.com/x-api/webhooks/quickstart
 */
export function x(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'x');
  return defineProvider({
    name: 'x',
    docs: 'https://docs.x.com/x-api/webhooks/quickstart',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{body}',
      signature: { header: 'x-twitter-webhooks-signature', grammar: 'prefix', prefix: 'sha256=' },
    }),
    proof: 'recipe',
    // The answer is signed with the key of the deliveries: no body of an event can be written as a challenge.
    handshake: {
      method: 'GET',
      marks: [{ query: 'crc_token' }],
      unsigned: true,
      json: { response_token: { signed: [{ query: 'crc_token' }], encoding: 'base64', prefix: 'sha256=' } },
    },
  });
}
