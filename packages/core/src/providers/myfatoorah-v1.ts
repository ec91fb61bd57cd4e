import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * MyFatoorah, version 1: HMAC-SHA256 over the members of `Data`, sorted by name whatever its case. The event’s name and time are not signed, and
 * neither are the nested `GatewayReference` of a refund and the `KycFeedback` of a supplier.
 *
 * @see https://docs.myfatoorah.com/docs/webhook-sample-code
 */
export function myfatoorahV1(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'myfatoorah-v1');
  return defineProvider({
    name: 'myfatoorah-v1',
    docs: 'https://docs.myfatoorah.com/docs/webhook-signature',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      content: '{data}',
      values: {
        data: { canonical: 'members', at: 'Data', pair: '=', join: ',', except: ['GatewayReference', 'KycFeedback'] },
      },
      signature: { header: 'myfatoorah-signature', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { json: 'Event' },
    unsigned: ['Event', 'EventType', 'DateTime', 'Data.GatewayReference', 'Data.KycFeedback'],
  });
}
