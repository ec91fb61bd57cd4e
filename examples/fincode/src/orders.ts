import { readFileSync } from 'node:fs';

/** What you know of a transaction before FinCode says anything of it. */
export interface Order {
  /** The reference that FinCode gave it. */
  readonly reference: string;
  /** A decimal in the currency's main unit, as text. */
  readonly amount: string;
  readonly currency: string;
}

/** Your orders. In truth, a database. */
export interface Orders {
  find(reference: string): Promise<Order | undefined>;
  /** FinCode may say the same twice: settling twice must be as settling once. */
  settle(reference: string, outcome: 'paid' | 'failed' | 'reversed'): Promise<void>;
}

/** Orders of a JSON file, whose outcomes are logged. */
export function ordersOf(file: string, log: (kind: string, record: object) => void): Orders {
  const known = new Map((JSON.parse(readFileSync(file, 'utf8')) as Order[]).map((order) => [order.reference, order]));
  return {
    find: async (reference) => known.get(reference),
    settle: async (reference, outcome) => log('order', { reference, outcome }),
  };
}
