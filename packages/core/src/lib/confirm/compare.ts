import type { Finding } from '../head.ts';
import type { Environment, Order } from './confirm.ts';
import { readAmount } from './decimal.ts';
import type { Report } from './read-answer.ts';

/** An order of the user's own records that can be compared with nothing: a mistake at our side. */
export function refuseOrder(
  order: unknown,
  compares: { readonly amount: boolean; readonly currency: boolean },
): string | undefined {
  if (typeof order !== 'object' || order === null)
    return 'expected() must give { reference, amount, currency }, or undefined';
  const { reference, amount, currency } = order as Partial<Record<keyof Order, unknown>>;
  if (typeof reference !== 'string' || reference === '') return 'expected() gave no reference';
  // A field that is left out is a field that nobody compares: only what the provider does not report may be absent.
  if (compares.currency && (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)))
    return 'expected() must give the currency as its ISO 4217 code, in capitals';
  if (compares.amount && (typeof amount !== 'string' || readAmount(amount, String(currency)) === undefined))
    return "expected() must give the amount as text, a plain decimal with no more digits than the currency has: '10000.00'";
  return undefined;
}

/** Holds what the provider reports against the order. The first difference refuses; the operator is told which field it is, and no values. */
export function compareReport(
  report: Report,
  order: Order,
  asked: { readonly id: string; readonly environment: Environment; readonly minorUnits: boolean },
): Finding | { readonly amount: string | undefined } {
  if (report.environment !== undefined && report.environment !== asked.environment)
    return { reason: 'wrong-environment', detail: `the payment is not one of the ${asked.environment} system` };
  const differs = (what: string): Finding => ({
    reason: 'unconfirmed',
    detail: `the provider reports another ${what} than expected`,
  });
  if (!report.ours) return differs('merchant');
  if (report.id !== undefined && report.id !== asked.id) return differs('id');
  if (report.reference !== order.reference) return differs('reference');
  if (report.currency !== undefined && report.currency !== order.currency) return differs('currency');
  if (report.amount === undefined) return { amount: undefined };
  const currency = String(order.currency);
  const amount = readAmount(report.amount, currency, asked.minorUnits);
  if (amount === undefined || amount !== readAmount(order.amount ?? '', currency)) return differs('amount');
  return { amount };
}
