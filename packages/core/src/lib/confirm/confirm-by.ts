import { ConfigurationError } from '../errors.ts';
import { plainName, refuseUnknownOptions } from '../options.ts';
import { askOnce } from './ask-once.ts';
import { createBudget } from './budget.ts';
import { compileNotice } from './compile-confirmation.ts';
import type { Confirm, ConfirmMount, Environment, Notice } from './confirm.ts';
import { type ConfirmOptions, compileConfirmOptions } from './confirm-with.ts';
import type { Confirmation } from './confirmation.ts';
import { createFlights } from './flights.ts';
import type { Reading } from './read-answer.ts';
import { type Asked, createStage, type Question } from './stage.ts';

/** A payment as your own look-up found it. */
export interface LookedUp {
  /** Your reference, as the provider reports it: it is held against the order's. */
  readonly reference: string;
  /** A decimal in the currency's main unit, as text: never a float. */
  readonly amount: string;
  /** The ISO 4217 code. */
  readonly currency: string;
  /** The provider's word for what became of it. With the id, it tells one event from another: give one word for a payment that is paid and later settled. */
  readonly status: string;
  /** What that means. `pending` makes the sender try again. */
  readonly outcome: 'paid' | 'failed' | 'reversed' | 'pending';
  /** The provider's whole answer, for `delivery.confirmed.json()`. */
  readonly json?: unknown;
}

/**
 * Looks a payment up. `undefined` says that there is no such payment, which refuses the delivery; whatever it throws makes the provider count
 * as unavailable, so that the sender tries again.
 */
export type LookUp = (
  notice: Notice,
  context: {
    readonly environment: Environment;
    /** Ends with the confirmation's deadline. */
    readonly signal: AbortSignal;
  },
) => LookedUp | undefined | Promise<LookedUp | undefined>;

/** What a look-up of one's own needs to know of the provider. */
export type NoticeData = Pick<Confirmation, 'provider' | 'notice'>;

/** Options of a look-up of one's own: it makes its requests, and its tries, itself. */
export type ConfirmByOptions = Pick<ConfirmOptions, 'timeoutMs' | 'perMinute'>;

/**
 * Makes a confirmation of a function of your own, for providers whose API is not data here. Everything else stays as it is: the order first,
 * one look-up at a time for each id, the budget, and the comparison of reference, amount and currency.
 *
 * The function asks with a client of its own: `createOutbound` of `@postern/core/outbound` is one that goes where it should. What it throws
 * goes to the record, never to the caller.
 *
 * @throws ConfigurationError for options that could not work, by name
 */
export function confirmBy(data: NoticeData, lookUp: LookUp, options: ConfirmByOptions = {}): Confirm {
  if (typeof lookUp !== 'function')
    throw new ConfigurationError('invalid-option', 'confirm.lookUp', 'give a function that looks a payment up.');
  refuseUnknownOptions(options, ['timeoutMs', 'perMinute'], 'confirm');
  const { limits, perMinute } = compileConfirmOptions(options, 100);
  const compiled = { provider: plainName(data.provider, 'confirm.provider'), notice: compileNotice(data.notice) };
  const engines = new Map<Environment, (question: Question) => Promise<Asked>>();
  return Object.freeze<Confirm>({
    provider: data.provider,
    mount(mount) {
      const engine = engines.get(mount.environment) ?? createEngine(lookUp, perMinute, mount);
      engines.set(mount.environment, engine);
      const compares = { amount: true, currency: true, minorUnits: false };
      return createStage({ data: compiled, compares, timeoutMs: limits.timeoutMs, ask: engine }, mount);
    },
  });
}

function createEngine(
  lookUp: LookUp,
  perMinute: number,
  { environment, now }: ConfirmMount,
): (question: Question) => Promise<Asked> {
  const budget = createBudget(perMinute, now);
  const flights = createFlights<Reading>();

  async function ask({ notice, deadline }: Question): Promise<Reading> {
    const end = new AbortController();
    const timer = setTimeout(() => end.abort(), Math.max(0, deadline - performance.now()));
    const late = new Promise<never>((_resolve, reject) => {
      end.signal.addEventListener('abort', () => reject(new Error('The look-up did not end within its deadline.')));
    });
    try {
      const found = await Promise.race([(async () => lookUp(notice, { environment, signal: end.signal }))(), late]);
      return found === undefined ? { unknown: 'lookUp() knows no such payment' } : readFound(found);
    } catch (error) {
      return { unavailable: 'lookUp() threw, or did not answer in time', error };
    } finally {
      clearTimeout(timer);
    }
  }

  // A function of somebody else's may read the whole notice: notices that differ in a value are different questions.
  return (question) =>
    askOnce(flights, JSON.stringify(Object.entries(question.values)), budget, question, () => ask(question));
}

/** Holds an answer of somebody else's code to its type: what has no status or no reference must not pass for a payment. */
function readFound(found: LookedUp): Reading {
  if (typeof found !== 'object' || found === null) return { unavailable: 'lookUp() gave no payment' };
  const { reference, amount, currency, status, outcome } = found;
  for (const [name, value] of Object.entries({ reference, amount, currency, status }))
    if (typeof value !== 'string' || value === '') return { unavailable: `lookUp() gave no ${name}: it must be text` };
  if (outcome === 'pending') return { unavailable: 'lookUp() says that the payment is not decided yet' };
  if (outcome !== 'paid' && outcome !== 'failed' && outcome !== 'reversed')
    return { unavailable: "lookUp() must say whether the outcome is 'paid', 'failed', 'reversed' or 'pending'" };
  return {
    report: {
      id: undefined,
      reference,
      amount,
      currency,
      status: status.toLowerCase(),
      outcome,
      environment: undefined,
      ours: true,
      identity: [status.toLowerCase()],
      json: () => found.json,
    },
  };
}
