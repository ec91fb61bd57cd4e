import { isConfigurationError } from '../errors.ts';
import type { Confirmed } from '../types.ts';
import type { Grant } from './budget.ts';
import { compareReport, refuseOrder } from './compare.ts';
import type { Confirming, ConfirmMount, Notice, Order, Unconfirmed } from './confirm.ts';
import type { Confirmation } from './confirmation.ts';
import type { Reading } from './read-answer.ts';
import { type NoticeValues, readNotice } from './read-notice.ts';
import { sourceOf } from './source.ts';

/** One question, with what it may cost. */
export interface Question {
  readonly delivery: Unconfirmed;
  readonly values: NoticeValues & { readonly id: string };
  readonly notice: Notice;
  /** The order's own name, from the user's records: what the budget is counted by. */
  readonly order: string;
  /** Who told of it: the network of the client's address, or of the peer's, or `''`. */
  readonly source: string;
  /** When to give up, on `performance.now()`. */
  readonly deadline: number;
}

/** What a stage needs to know of the provider. */
export interface StageRules {
  readonly data: Pick<Confirmation, 'provider' | 'notice'>;
  readonly compares: { readonly amount: boolean; readonly currency: boolean; readonly minorUnits: boolean };
  readonly timeoutMs: number;
  ask(question: Question): Promise<Asked>;
}

/** What was read. */
export interface Asked {
  readonly answer: Reading;
  /** True where another delivery had begun the look-up: its answer may be older than what this one knows. */
  readonly joined: boolean;
  /** What this delivery's source was charged; absent where it joined, or was refused. */
  readonly grant?: Grant | undefined;
}

/**
 * Makes the stage: notice → order → look-up → comparison, cheapest and safest first. Nobody is asked about an order that is not ours.
 *
 * The handler gets what was looked up, never what the notice claims.
 */
export function createStage(rules: StageRules, mount: ConfirmMount): (delivery: Unconfirmed) => Promise<Confirming> {
  return async (delivery) => {
    const deadline = performance.now() + rules.timeoutMs;
    const read = readNotice(rules.data, delivery);
    if ('finding' in read) return read;
    const { values } = read;
    const notice = Object.freeze<Notice>({
      provider: mount.provider.name,
      endpoint: mount.endpoint,
      environment: mount.environment,
      id: values.id,
      reference: values.reference,
      type: values.type,
      body: delivery.authentic.body,
    });
    const found = await findOrder(mount, notice, rules.timeoutMs);
    if ('failed' in found)
      return {
        finding: {
          reason: 'confirm-unavailable',
          detail: 'expected() threw, or did not answer in time',
          error: found.failed,
        },
      };
    const { order } = found;
    if (order === undefined || order === null)
      return {
        finding: { reason: 'unknown-order', detail: 'expected() knows no such order: the provider was not asked' },
      };
    const problem = refuseOrder(order, rules.compares);
    if (problem !== undefined) return { finding: { reason: 'misconfigured', detail: problem } };
    const contradiction = contradicts(values, order, rules.data.notice.id.fold);
    if (contradiction !== undefined)
      return {
        finding: {
          reason: 'unconfirmed',
          detail: `the notice names another ${contradiction} than expected: the provider was not asked`,
        },
      };

    const source = sourceOf(delivery.head);
    let asked: Asked;
    try {
      asked = await rules.ask({ delivery, values, notice, order: order.reference, source, deadline });
    } catch (error) {
      // A credential that is read at the first delivery may be missing then.
      if (!isConfigurationError(error)) throw error;
      return { finding: { reason: 'misconfigured', detail: error.message } };
    }
    const { answer: reading, joined, grant } = asked;
    if ('unavailable' in reading)
      return {
        finding: { reason: 'confirm-unavailable', detail: reading.unavailable, error: reading.error },
        retryAfterSeconds: reading.retryAfterSeconds,
      };
    if ('unknown' in reading) return { finding: { reason: 'unconfirmed', detail: reading.unknown } };
    const { report } = reading;
    const question = { id: values.id, environment: mount.environment, minorUnits: rules.compares.minorUnits };
    const compared = compareReport(report, order, question);
    if ('reason' in compared) return { finding: compared };
    if (report.outcome === 'paid') grant?.paid(values.id);
    const confirmed = Object.freeze<Confirmed>({
      id: values.id,
      reference: report.reference,
      amount: compared.amount,
      currency: report.currency ?? order.currency,
      status: report.status,
      outcome: report.outcome,
      environment: mount.environment,
      json: <T>() => report.json() as T,
    });
    return { confirmed, identity: [values.id, ...report.identity], joined };
  };
}

/** Asks the user's records, who may throw, reject, or never answer. */
async function findOrder(
  { expected }: ConfirmMount,
  notice: Notice,
  timeoutMs: number,
): Promise<{ readonly order: Order | undefined } | { readonly failed: unknown }> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`expected() did not answer within ${timeoutMs} ms.`)), timeoutMs);
  });
  try {
    return { order: await Promise.race([(async () => expected(notice))(), late]) };
  } catch (failed) {
    return { failed };
  } finally {
    clearTimeout(timer);
  }
}

function contradicts(values: NoticeValues, order: Order, fold: 'lower' | 'upper' | undefined): string | undefined {
  if (values.reference !== undefined && values.reference !== order.reference) return 'reference';
  const { id } = order;
  if (id === undefined) return undefined;
  const folded = fold === 'lower' ? id.toLowerCase() : fold === 'upper' ? id.toUpperCase() : id;
  return folded === values.id ? undefined : 'id';
}
