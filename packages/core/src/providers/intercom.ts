import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Intercom: HMAC-SHA1 over the body, under the app’s client secret. No time is signed.
 *
 * @see https://developers.intercom.com/docs/webhooks/setting-up-webhooks
 */
export function intercom(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'intercom');
  return defineProvider({
    name: 'intercom',
    docs: 'https://developers.intercom.com/docs/webhooks/setting-up-webhooks',
    scheme: hmac({
      digest: 'sha1',
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-hub-signature', grammar: 'prefix', prefix: 'sha1=' },
      secret: { refuse: ['dG9r'] },
    }),
    proof: 'recipe',
    eventId: { json: 'id' },
    eventType: { json: 'topic' },
    handshake: { method: 'HEAD', unsigned: true },
  });
}
