import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * PandaDoc: HMAC-SHA256 over the body, in the parameter `signature` of the URL, under the shared key of the webhook. No time is signed.
 *
 * @see https://developers.pandadoc.com/docs/webhook-verification
 */
export function pandadoc(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'pandadoc');
  return defineProvider({
    name: 'pandadoc',
    docs: 'https://developers.pandadoc.com/docs/webhook-verification',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{body}',
      signature: { query: 'signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { json: '0.event' },
  });
}
