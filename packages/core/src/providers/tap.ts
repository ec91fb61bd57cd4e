import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, chooseSetting } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `tap`. */
export interface TapSettings {
  /** What this endpoint is told of. Default `charge`, which serves authorizations and refunds, too. */
  readonly object?: 'charge' | 'invoice';
}

const decimals = { amount: { currency: 'currency' } };
const COMMON = {
  name: { json: 'id' },
  amount: { canonical: 'fields', of: 'json', join: '', fields: ['amount'], decimals },
  currency: { json: 'currency' },
  status: { json: 'status' },
} as const;

/** The signed fields of each object, in their order. */
const OBJECTS = {
  charge: {
    content:
      'x_id{name}x_amount{amount}x_currency{currency}x_gateway_reference{gateway}x_payment_reference{payment}x_status{status}x_created{created}',
    values: {
      ...COMMON,
      gateway: { json: 'reference.gateway', optional: true },
      payment: { json: 'reference.payment', optional: true },
      created: { json: 'transaction.created' },
    },
  },
  invoice: {
    content: 'x_id{name}x_amount{amount}x_currency{currency}x_updated{updated}x_status{status}x_created{created}',
    values: { ...COMMON, updated: { json: 'updated' }, created: { json: 'created' } },
  },
} as const;

/**
 * Tap: HMAC-SHA256 over seven named fields of a charge, an authorization or a refund, or six of an invoice, under the secret API key. The amount is
 * written with the decimals of its currency. The signed time is the object’s, not the delivery’s. Nothing else is signed.
 *
 * @see https://developers.tap.company/docs/webhook
 */
export function tap(settings: TapSettings = {}): Provider {
  checkSettings(settings, ['object'], 'tap');
  const { object = 'charge' } = settings;
  return defineProvider({
    name: 'tap',
    docs: 'https://developers.tap.company/docs/webhook',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'hex',
      ...chooseSetting<(typeof OBJECTS)[keyof typeof OBJECTS]>(OBJECTS, object, 'object'),
      signature: { header: 'hashstring', grammar: 'plain' },
      secret: { refuse: ['pk_live_', 'pk_test_'] },
    }),
    proof: 'recipe',
    eventType: { json: 'status' },
    unsigned: ['every field that is not in the hash'],
  });
}
