import { readFileSync } from 'node:fs';

/** What you know of an order before anybody pays for it. Write it down before you call `sdk.pay()`. */
export interface Order {
  readonly reference: string;
  /** A decimal in the currency's main unit, as text: a float would be another number. */
  readonly amount: string;
  readonly currency: string;
  /** PesaPal's id of the payment, which SubmitOrderRequest answers. With it, an IPN that pairs your reference with another payment is refused, and PesaPal is not asked. */
  readonly trackingId?: string;
}

/** What became of a payment. */
export type Outcome = 'paid' | 'failed' | 'reversed';

/** Your orders. In truth, a database. */
export interface Orders {
  find(reference: string): Promise<Order | undefined>;
  /** Called again for a later change (paid, then reversed), and again after a crash: settling twice must be as settling once. */
  settle(reference: string, outcome: Outcome): Promise<void>;
}

/** Orders of a JSON file, whose outcomes are kept in memory. */
export function ordersOf(file: string, log: (kind: string, record: object) => void): Orders {
  const known = new Map((JSON.parse(readFileSync(file, 'utf8')) as Order[]).map((order) => [order.reference, order]));
  const outcomes = new Map<string, Outcome>();
  return {
    find: async (reference) => known.get(reference),
    settle: async (reference, outcome) => {
      if (outcomes.get(reference) === outcome) return;
      outcomes.set(reference, outcome);
      log('order', { reference, outcome });
    },
  };
}
