import { defineProvider } from '../lib/scheme/define-provider.ts';
import { ed25519 } from '../lib/scheme/ed25519.ts';
import { checkSettings, type TimedSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * QQ bots: Ed25519 over time and body. The key pair is made of the app secret, repeated until it has 32 bytes and cut there, as the seed: give
 * the app secret, which answers the validation of the URL, too, or the public half alone, 64 hex digits. Whoever holds the app secret can sign. No window is documented, and no id is signed.
 *
 * @see https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/interface-framework/sign.html
 */
export function qqBot(settings: TimedSettings = {}): Provider {
  checkSettings(settings, ['toleranceSeconds'], 'qq-bot');
  return defineProvider({
    name: 'qq-bot',
    docs: 'https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/interface-framework/sign.html',
    scheme: ed25519({
      encoding: 'hex',
      content: '{timestamp}{body}',
      signature: { header: 'x-signature-ed25519', grammar: 'plain' },
      timestamp: { header: 'x-signature-timestamp' },
      secret: { encoding: 'hex', seed: 'repeated' },
    }),
    toleranceSeconds: settings.toleranceSeconds ?? 300,
    proof: 'published',
    eventType: { json: 't' },
    unsigned: ['X-Bot-Appid'],
    // The answer is signed with the key of the deliveries: no body of an event can be written as a plain token.
    handshake: {
      method: 'POST',
      marks: [{ json: 'op', value: '13' }],
      unsigned: true,
      json: {
        plain_token: { json: 'd.plain_token' },
        signature: { signed: [{ json: 'd.event_ts' }, { json: 'd.plain_token' }], encoding: 'hex' },
      },
    },
  });
}
