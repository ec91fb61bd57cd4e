import { defineProvider } from '../lib/scheme/define-provider.ts';
import { digest } from '../lib/scheme/digest.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Midtrans payouts (Iris): a plain SHA-512 of the body and the merchant key. No time and no id is signed, so an event is its bytes.
 *
 * @see https://docs.midtrans.com/reference/validating-payout-notification
 */
export function midtransPayout(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'midtrans-payout');
  return defineProvider({
    name: 'midtrans-payout',
    docs: 'https://docs.midtrans.com/reference/validating-payout-notification',
    scheme: digest({
      digest: 'sha512',
      encoding: 'hex',
      content: '{body}{secret}',
      signature: { header: 'iris-signature', grammar: 'plain' },
    }),
    proof: 'published',
    eventType: { json: 'status' },
  });
}
