import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Kora: HMAC-SHA256 over `data` of the body as JavaScript writes it, under the secret key of the API. The event's name stands outside of it
 * and is not signed: take the status from `data`.
 *
 * @see https://developers.korapay.com/docs/webhooks
 */
export function korapay(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'korapay');
  return defineProvider({
    name: 'korapay',
    docs: 'https://developers.korapay.com/docs/webhooks',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      content: '{data}',
      values: { data: { canonical: 'json', member: 'data', order: 'as-sent' } },
      signature: { header: 'x-korapay-signature', grammar: 'plain' },
      secret: { refuse: ['pk_live_', 'pk_test_'] },
    }),
    proof: 'recipe',
    eventType: { json: 'event' },
    unsigned: ['event', 'everything outside of data'],
  });
}
