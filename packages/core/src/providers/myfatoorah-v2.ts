import { defineProvider } from '../lib/scheme/define-provider.ts';
import { hmac } from '../lib/scheme/hmac.ts';
import { checkSettings, chooseSetting } from '../lib/scheme/settings.ts';
import type { Provider } from '../lib/types.ts';

/** Settings of `myfatoorahV2`. */
export interface MyfatoorahV2Settings {
  /** The event that this endpoint gets: which fields are signed depends on it. Default `PAYMENT_STATUS_CHANGED`. */
  readonly event?: 'PAYMENT_STATUS_CHANGED' | 'REFUND_STATUS_CHANGED';
}

/** The signed fields of each event, in their order. */
const EVENTS = {
  PAYMENT_STATUS_CHANGED: {
    content:
      'Invoice.Id={number},Invoice.Status={invoice},Transaction.Status={status},Transaction.PaymentId={payment},Invoice.ExternalIdentifier={external}',
    values: {
      number: { json: 'Data.Invoice.Id', optional: true },
      invoice: { json: 'Data.Invoice.Status', optional: true },
      status: { json: 'Data.Transaction.Status', optional: true },
      payment: { json: 'Data.Transaction.PaymentId', optional: true },
      external: { json: 'Data.Invoice.ExternalIdentifier', optional: true },
    },
  },
  REFUND_STATUS_CHANGED: {
    content:
      'Refund.Id={number},Refund.Status={status},Amount.ValueInBaseCurrency={amount},ReferencedInvoice.Id={invoice}',
    values: {
      number: { json: 'Data.Refund.Id', optional: true },
      status: { json: 'Data.Refund.Status', optional: true },
      amount: { json: 'Data.Amount.ValueInBaseCurrency', optional: true },
      invoice: { json: 'Data.ReferencedInvoice.Id', optional: true },
    },
  },
} as const;

/**
 * MyFatoorah, version 2: HMAC-SHA256 over five fields of a payment event, or four of a refund; other events sign other fields and are not read here.
 * Amounts and references of a payment are not signed, nor is the event’s own reference: ask for the payment’s status.
 *
 * @see https://docs.myfatoorah.com/docs/webhook-signature
 */
export function myfatoorahV2(settings: MyfatoorahV2Settings = {}): Provider {
  checkSettings(settings, ['event'], 'myfatoorah-v2');
  const { event = 'PAYMENT_STATUS_CHANGED' } = settings;
  return defineProvider({
    name: 'myfatoorah-v2',
    docs: 'https://docs.myfatoorah.com/docs/webhook-signature',
    scheme: hmac({
      digest: 'sha256',
      encoding: 'base64',
      ...chooseSetting<(typeof EVENTS)[keyof typeof EVENTS]>(EVENTS, event, 'event'),
      signature: { header: 'myfatoorah-signature', grammar: 'plain' },
      require: [{ json: 'Event.Name', value: event }],
    }),
    retryHours: 1, // at most five times, three minutes apart
    proof: 'recipe',
    eventType: { json: 'Event.Name' },
    unsigned: ['Event', 'every field that is not in the list of the event'],
  });
}
