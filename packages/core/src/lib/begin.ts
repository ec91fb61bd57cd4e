import { acknowledgement, refusal, refuse } from './answers.ts';
import { leaseMs } from './claims/claim-delivery.ts';
import type { ReceiverConfig } from './config.ts';
import { type Authentic, createDelivery, type RunView } from './delivery.ts';
import type { Drain, Work } from './drain.ts';
import type { Reception } from './exchange.ts';
import { waive } from './observe.ts';
import { applySchema } from './payload.ts';
import type { Recorder } from './record.ts';
import { type Run, startRun } from './run.ts';
import { confirmSubscription } from './subscription/confirm-subscription.ts';

/** What the claim adds to a delivery. */
type ClaimView = Pick<RunView, 'attempt' | 'previouslyStarted' | 'claim'>;

/** For what runs without a claim. */
export const UNCLAIMED: ClaimView = Object.freeze({ attempt: 1, previouslyStarted: false, claim: undefined });

/** The delivery is let in, with a claim or without one: its deadline runs. */
export async function begin<Event>(
  config: ReceiverConfig<Event>,
  recorder: Recorder,
  authentic: Authentic,
  view: ClaimView,
  { work, leave }: ReturnType<Drain['enter']>,
): Promise<Reception<Event>> {
  const run = startRun({
    store: config.store,
    claim: view.claim,
    deadlineMs: config.handlerTimeoutMs,
    leaseUntil: performance.now() + leaseMs(config),
    report: recorder.settled,
  });
  void run.settled.then(leave);
  work.onCut(run.cut);
  const { subscription } = config;
  if (!authentic.unvouched && subscription?.isAsked(authentic.body))
    return confirmSubscription(config, recorder, authentic, subscription, run);
  return present(config, recorder, authentic, view, run, work);
}

/** The run has begun: the schema's turn, and then the handler's. */
async function present<Event>(
  config: ReceiverConfig<Event>,
  recorder: Recorder,
  authentic: Authentic,
  { attempt, previouslyStarted, claim }: ClaimView,
  run: Run,
  work: Work,
): Promise<Reception<Event>> {
  const { provider, schema } = config;
  const checked =
    schema === undefined
      ? { event: undefined as Event }
      : await Promise.race([applySchema(schema, authentic.payload), deadlineOf(run)]);
  // The deadline has given the claim back: the event is somebody else's now, and a handler must not start for it.
  if ('late' in checked || run.signal.aborted)
    return refuse(config, recorder, {
      reason: 'handler-timeout',
      detail: 'the schema did not answer before handlerTimeoutMs, or before the server had to shut down',
    });
  if ('problem' in checked && !waive(config, recorder, { reason: 'invalid-payload', detail: checked.problem })) {
    await run.end({ ok: false, reason: 'invalid-payload', error: new Error(checked.problem) });
    return refuse(config, recorder, { reason: 'invalid-payload', detail: checked.problem });
  }
  const answer = run.settled.then(({ reason }) =>
    // A sender that never tries again gains nothing by a 503.
    reason === undefined || (reason === 'store-unavailable' && config.storeFailure === 'open')
      ? acknowledgement(config, authentic)
      : refusal(config, recorder, reason),
  );
  const { waived } = recorder;
  const event = 'problem' in checked ? (undefined as Event) : checked.event;
  const delivery = createDelivery(provider, config.endpoint, authentic, event, {
    attempt,
    previouslyStarted,
    claim,
    signal: run.signal,
    observed: waived && (waived.reason ?? 'duplicate'),
    acknowledge() {
      work.goesOn();
      void run.end({ ok: true });
    },
    fail: (error) => void run.end({ ok: false, reason: 'handler-failed', error }),
  });
  recorder.verdict(
    claim === undefined
      ? {
          outcome: 'accepted',
          kind: 'genuine',
          detail: 'the claim store failed: accepted without a claim, as storeFailure asks for',
        }
      : { outcome: 'accepted', kind: 'genuine' },
  );
  return {
    outcome: 'accepted',
    delivery,
    run: Object.freeze({
      answer,
      hold: work.hold,
      async succeed() {
        await run.end({ ok: true });
        return answer;
      },
      async fail(error?: unknown) {
        await run.end({ ok: false, reason: 'handler-failed', error });
        return answer;
      },
    }),
  };
}

/** Resolves when the deadline of a run passes. */
function deadlineOf({ signal }: Run): Promise<{ readonly late: true }> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ late: true }), { once: true });
  });
}
