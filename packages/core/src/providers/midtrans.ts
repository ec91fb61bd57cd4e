import { defineProvider } from '../lib/scheme/define-provider.ts';
import { digest } from '../lib/scheme/digest.ts';
import { checkSettings } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/**
 * Midtrans: a plain SHA-512 over order, status code and amount, the server key last. The transaction’s status is not signed, and one signature
 * serves several of them; the three texts stand side by side, so that their borders are not signed. `midtransConfirm` of
 * `@postern/core/confirm` asks for the status before your handler runs.
 *
 * @see https://docs.midtrans.com/reference/handle-async-payment
 */
export function midtrans(settings: Record<string, never> = {}): Provider {
  checkSettings(settings, [], 'midtrans');
  return defineProvider({
    name: 'midtrans',
    docs: 'https://docs.midtrans.com/reference/handle-async-payment',
    scheme: digest({
      digest: 'sha512',
      encoding: 'hex',
      content: '{fields}{secret}',
      values: {
        fields: { canonical: 'fields', of: 'json', join: '', fields: ['order_id', 'status_code', 'gross_amount'] },
      },
      signature: { json: 'signature_key', grammar: 'plain' },
      identity: 'body',
      secret: { refuse: ['Mid-client-', 'SB-Mid-client-'] },
    }),
    proof: 'recipe',
    eventType: { json: 'transaction_status' },
    unsigned: [
      'transaction_status',
      'fraud_status',
      'transaction_id',
      'payment_type',
      'everything but order_id, status_code and gross_amount',
    ],
  });
}
