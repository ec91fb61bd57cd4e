import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, chooseSetting } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `paymob`. */
export interface PaymobSettings {
  /** What this endpoint is told of: transactions, or cards that were saved. Default `transaction`. */
  readonly callback?: 'transaction' | 'token';
}

/** The `type` of each callback, and its signed fields, in their order. */
const CALLBACKS = {
  transaction: {
    type: 'TRANSACTION',
    fields:
      'obj.amount_cents obj.created_at obj.currency obj.error_occured obj.has_parent_transaction obj.id obj.integration_id obj.is_3d_secure obj.is_auth obj.is_capture obj.is_refunded obj.is_standalone_payment obj.is_voided obj.order.id obj.owner obj.pending obj.source_data.pan obj.source_data.sub_type obj.source_data.type obj.success',
  },
  token: {
    type: 'TOKEN',
    fields: 'obj.card_subtype obj.created_at obj.email obj.id obj.masked_pan obj.merchant_id obj.order_id obj.token',
  },
} as const;

/**
 * Paymob, processed callbacks: HMAC-SHA512 over twenty fields of a transaction, or eight of a saved card, side by side, so that their borders are
 * not signed. Nothing else is. The browser’s redirect (a GET with the same fields) is not read here.
 *
 * @see https://developers.paymob.com/paymob-docs/developers/webhook-callbacks-and-hmac/hmac/hmac-transaction-callback
 */
export function paymob(settings: PaymobSettings = {}): Provider {
  checkSettings(settings, ['callback'], 'paymob');
  const { callback = 'transaction' } = settings;
  const { type, fields } = chooseSetting<{ type: string; fields: string }>(CALLBACKS, callback, 'callback');
  return defineProvider({
    name: 'paymob',
    docs: 'https://developers.paymob.com/paymob-docs/developers/webhook-callbacks-and-hmac/hmac/hmac-transaction-callback',
    scheme: hmac({
      digest: 'sha512',
      encoding: 'hex',
      content: '{fields}',
      values: { fields: { canonical: 'fields', of: 'json', join: '', fields: fields.split(' ') } },
      signature: { query: 'hmac', grammar: 'plain' },
      require: [{ json: 'type', value: type }],
    }),
    proof: 'recipe',
    eventType: { json: 'type' },
    unsigned: ['every field that is not in the list'],
  });
}
