import { type RecordChannel, SETTLEMENTS, VERDICTS } from './channels.ts';
import type { ReceiverConfig } from './config.ts';
import type { Authentic } from './delivery.ts';
import { errorKind } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { hush } from './hush.ts';
import type { VerdictKind } from './kind.ts';
import type { Reason } from './reasons.ts';
import { LONGEST_DETAIL, safeText } from './redact.ts';
import type { Settlement } from './run.ts';
import type { Provider, SettledRecord, VerdictRecord } from './types.ts';

/** A verdict, as it goes into a record. */
export interface FoundVerdict {
  readonly outcome: VerdictRecord['outcome'];
  readonly kind: VerdictKind;
  readonly reason?: Reason;
  readonly status?: number;
  readonly detail?: string;
  readonly error?: unknown;
  /** False where `observe` lets through what would be refused. */
  readonly enforced?: false;
}

/** Collects what becomes known of one delivery, and tells the operator's hooks. */
export interface Recorder {
  readonly instance: string;
  /** When the head was read, milliseconds since 1970: the one reading of the clock that the whole delivery is judged by. */
  readonly at: number;
  clientAddress: string | undefined;
  bodyBytes: number | undefined;
  authentic: Authentic | undefined;
  attempt: number | undefined;
  claimed: boolean | undefined;
  /** What the store threw where a claim was to be had. */
  storeError: unknown;
  /** True where refusals are let through: the option `observe`, at this moment. */
  readonly observing: boolean;
  /** What it would have come to: it stands in the record, in the place of whatever lets the delivery in. */
  waived: FoundVerdict | undefined;
  verdict(verdict: FoundVerdict): void;
  settled(settlement: Settlement, late: boolean): void;
}

/** True once a signature has proven who sent it: a vendor that signs nothing proves nothing, whatever it is asked back. */
export function isProven({ authentic }: Pick<Recorder, 'authentic'>, { scheme }: Provider): boolean {
  return authentic !== undefined && scheme.kind !== 'none';
}

/** Refusals that mean a mistake at our side. */
const OUR_FAULT: readonly Reason[] = ['misconfigured', 'secret-unavailable', 'source-unavailable', 'invalid-payload'];

/** Makes the recorder of one delivery. */
export function createRecorder<Event>(
  config: ReceiverConfig<Event>,
  exchange: Exchange,
  instance: string,
  at: number,
): Recorder {
  const { head } = exchange;
  const names = { instance, provider: config.provider.name, endpoint: config.endpoint };

  const lost = () =>
    config.warn(
      'POSTERN_HOOK',
      'onVerdict or onSettled threw an error. Deliveries are not affected; the record was lost.',
    );

  function tell<Record>(hook: ((record: Record) => unknown) | undefined, record: Record): void {
    try {
      // A hook may be async though its type is not.
      hush(hook?.(record), lost);
    } catch {
      lost();
    }
  }

  /** Tells everybody the same, and says whether anybody heard it. A subscriber is an ear as a hook is. */
  function publish<Record extends object>(
    record: Record,
    hooks: readonly (((record: Record) => void) | undefined)[],
    channel: RecordChannel,
  ): boolean {
    // What one hook did to it, the next would take for the truth.
    Object.freeze(record);
    for (const hook of hooks) tell(hook, record);
    const { hasSubscribers } = channel;
    if (hasSubscribers) channel.publish(record);
    return hasSubscribers || hooks.some((hook) => hook !== undefined);
  }

  const recorder: Recorder = {
    instance,
    at,
    clientAddress: undefined,
    bodyBytes: undefined,
    authentic: undefined,
    attempt: undefined,
    claimed: undefined,
    storeError: undefined,
    observing: config.observation?.(at) ?? false,
    waived: undefined,
    verdict(verdict) {
      const { outcome, kind, reason, status, detail, error, enforced } =
        verdict.outcome === 'rejected' ? verdict : (recorder.waived ?? verdict);
      const { authentic } = recorder;
      const timestamp = authentic?.head.proof.timestamp;
      const found = detail === undefined ? undefined : safeText(detail, LONGEST_DETAIL);
      const record: VerdictRecord = {
        ...names,
        at,
        outcome,
        kind,
        reason,
        status,
        enforced,
        detail: found,
        error: error ?? recorder.storeError,
        authentic: authentic !== undefined,
        tenant: authentic?.tenant,
        method: safeText(head.method),
        peerAddress: head.peerAddress === undefined ? undefined : safeText(head.peerAddress),
        clientAddress: recorder.clientAddress,
        secretId: authentic?.secretId,
        ...eventNames(authentic),
        attempt: recorder.attempt,
        claimed: recorder.claimed,
        bodyBytes: recorder.bodyBytes,
        skewSeconds: timestamp === undefined ? undefined : Math.floor(at / 1000) - timestamp,
        durationMs: Math.max(0, config.now() - at),
      };
      const heard = publish(record, [config.onVerdict, exchange.onVerdict], VERDICTS);
      if (reason === undefined) return;
      if (enforced === false)
        return config.warn(
          'POSTERN_WOULD_REFUSE',
          `${config.endpoint} would have refused a delivery, and lets it through: ${reason} (${found ?? ''}). See observe.`,
          'observing-first',
        );
      // A mistake at our side turns honest senders away: it is said even where the records are only counted.
      if (kind === 'ours' && OUR_FAULT.includes(reason)) {
        config.warn(
          'POSTERN_MISCONFIGURED',
          `${config.endpoint} answers ${status}: ${reason}. ${found ?? ''}`,
          'reasons',
        );
      } else if (!heard) {
        config.warn(
          'POSTERN_REFUSALS',
          `${config.endpoint} refused a delivery: ${reason} (${found ?? ''}). Give onVerdict to see each of them.`,
          'reasons',
        );
      }
    },
    settled(settlement, late) {
      const { reason, error } = settlement;
      const now = config.now();
      const record: SettledRecord = {
        ...names,
        at: now,
        tenant: recorder.authentic?.tenant,
        ...eventNames(recorder.authentic),
        attempt: recorder.attempt ?? 1,
        outcome: late ? 'late' : settlement.outcome,
        reason,
        error,
        durationMs: Math.max(0, now - at),
      };
      const heard = publish(record, [config.onSettled, exchange.onSettled], SETTLEMENTS);
      if (late) return;
      if (settlement.outcome === 'uncommitted') {
        config.warn(
          'POSTERN_STORE',
          `${config.endpoint}: a handler succeeded, and its claim could not be committed (${reason ?? 'unknown'}). The sender is asked to try again, and the handler will run again.`,
        );
      } else if (settlement.outcome === 'released' && !heard) {
        const name = error === undefined ? '' : `, ${errorKind(error)}`;
        config.warn(
          'POSTERN_HANDLER',
          `${config.endpoint}: a delivery was given back (${reason ?? 'handler-failed'}${name}), and the sender is asked to try again. Give onSettled to see each error.`,
        );
      }
    },
  };
  return recorder;
}

function eventNames(authentic: Authentic | undefined): Pick<VerdictRecord, 'eventId' | 'eventType'> {
  const id = authentic?.id() ?? authentic?.confirmation?.confirmed.id;
  const type = authentic?.type();
  return {
    eventId: id === undefined ? undefined : safeText(id),
    eventType: type === undefined ? undefined : safeText(type),
  };
}
