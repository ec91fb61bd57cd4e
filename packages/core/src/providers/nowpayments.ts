import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * NOWPayments: HMAC-SHA512 over the JSON body written anew, keys sorted at every depth. An older sample of theirs drops nested keys: what is signed
 * so is refused here. No time and no event id is signed.
 *
 * @see https://nowpayments.zendesk.com/hc/en-us/articles/21395546303389-IPN-and-how-to-setup
 */
export function nowpayments(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'nowpayments');
  return defineProvider({
    name: 'nowpayments',
    docs: 'https://documenter.getpostman.com/view/7907941/2s93JusNJt',
    scheme: hmac({
      digest: 'sha512',
      encoding: 'hex',
      content: '{json}',
      values: { json: { canonical: 'json' } },
      signature: { header: 'x-nowpayments-sig', grammar: 'plain' },
    }),
    proof: 'recipe',
    eventType: { json: 'payment_status' },
    addresses: {
      ranges: ['51.89.194.21/32', '51.75.77.69/32', '138.201.172.58/32', '65.21.158.36/32'],
      asOf: '2026-11-27',
      source: 'https://nowpayments.zendesk.com/hc/en-us/articles/21395546303389-IPN-and-how-to-setup',
    },
  });
}
