import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * OpenNode: HMAC-SHA256 over the id of the charge, under the API key. The status is not signed, and every notification of a charge carries the same
 * signature: fetch the charge before anything is believed.
 *
 * @see https://developers.opennode.com/docs/charges-webhooks
 */
export function opennode(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'opennode');
  return defineProvider({
    name: 'opennode',
    docs: 'https://developers.opennode.com/docs/signed-webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{charge}',
      values: { charge: { form: 'id' } },
      signature: { form: 'hashed_order', grammar: 'plain' },
      identity: 'body',
    }),
    proof: 'sdk',
    eventType: { form: 'status' },
    unsigned: ['status', 'price', 'everything but the id of the charge'],
  });
}
