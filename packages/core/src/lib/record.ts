import type { ReceiverConfig } from './config.ts';
import type { Authentic } from './delivery.ts';
import { errorKind } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { Reason } from './reasons.ts';
import { LONGEST_DETAIL, safeText } from './redact.ts';
import type { Settlement } from './run.ts';
import type { SettledRecord, VerdictRecord } from './types.ts';

/** Collects what becomes known of one delivery, and tells the operator's hooks. */
export interface Recorder {
  readonly instance: string;
  /** When the head was read, milliseconds since 1970: the one reading of the clock that the whole delivery is judged by. */
  readonly at: number;
  bodyBytes: number | undefined;
  authentic: Authentic | undefined;
  attempt: number | undefined;
  verdict(verdict: {
    readonly outcome: VerdictRecord['outcome'];
    readonly reason?: Reason;
    readonly status?: number;
    readonly detail?: string;
    readonly error?: unknown;
  }): void;
  settled(settlement: Settlement, late: boolean): void;
}

/** Refusals that mean a mistake at our side. */
const OUR_FAULT: readonly Reason[] = ['misconfigured', 'secret-unavailable', 'invalid-payload'];

/** Makes the recorder of one delivery. */
export function createRecorder<Event>(
  config: ReceiverConfig<Event>,
  exchange: Exchange,
  instance: string,
  at: number,
): Recorder {
  const { head } = exchange;
  const heardVerdicts = config.onVerdict !== undefined || exchange.onVerdict !== undefined;
  const heardSettlements = config.onSettled !== undefined || exchange.onSettled !== undefined;
  const names = { instance, provider: config.provider.name, endpoint: config.endpoint };

  function tell<Record>(hook: ((record: Record) => void) | undefined, record: Record): void {
    try {
      // A hook may be async though its type is not; its rejection must not end the process.
      const result: unknown = hook?.(record);
      if (result instanceof Promise) result.catch(() => undefined);
    } catch {
      config.warn(
        'POSTERN_HOOK',
        'onVerdict or onSettled threw an error. Deliveries are not affected; the record was lost.',
      );
    }
  }

  const recorder: Recorder = {
    instance,
    at,
    bodyBytes: undefined,
    authentic: undefined,
    attempt: undefined,
    verdict({ outcome, reason, status, detail, error }) {
      const { authentic } = recorder;
      const timestamp = authentic?.head.proof.timestamp;
      const found = detail === undefined ? undefined : safeText(detail, LONGEST_DETAIL);
      const record: VerdictRecord = {
        ...names,
        at,
        outcome,
        reason,
        status,
        detail: found,
        error,
        authentic: authentic !== undefined,
        method: safeText(head.method),
        peerAddress: head.peerAddress === undefined ? undefined : safeText(head.peerAddress),
        secretId: authentic?.secretId,
        ...eventNames(authentic),
        attempt: recorder.attempt,
        bodyBytes: recorder.bodyBytes,
        skewSeconds: timestamp === undefined ? undefined : Math.floor(at / 1000) - timestamp,
        durationMs: Math.max(0, config.now() - at),
      };
      tell(config.onVerdict, record);
      tell(exchange.onVerdict, record);
      if (reason === undefined) return;
      // A mistake at our side turns honest senders away: it is said even where the records are only counted.
      if (OUR_FAULT.includes(reason)) {
        config.warn(
          'POSTERN_MISCONFIGURED',
          `${config.endpoint} answers ${status}: ${reason}. ${found ?? ''}`,
          'reasons',
        );
      } else if (!heardVerdicts) {
        config.warn(
          'POSTERN_REFUSALS',
          `${config.endpoint} refused a delivery: ${reason} (${found ?? ''}). Give onVerdict to see each of them.`,
          'reasons',
        );
      }
    },
    settled(settlement, late) {
      const { reason, error } = settlement;
      const record: SettledRecord = {
        ...names,
        ...eventNames(recorder.authentic),
        attempt: recorder.attempt ?? 1,
        outcome: late ? 'late' : settlement.outcome,
        reason,
        error,
        durationMs: Math.max(0, config.now() - at),
      };
      tell(config.onSettled, record);
      tell(exchange.onSettled, record);
      if (late) return;
      if (settlement.outcome === 'uncommitted') {
        config.warn(
          'POSTERN_STORE',
          `${config.endpoint}: a handler succeeded, and its claim could not be committed (${reason ?? 'unknown'}). The sender is asked to try again, and the handler will run again.`,
        );
      } else if (settlement.outcome === 'released' && !heardSettlements) {
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
  const id = authentic?.id();
  const type = authentic?.type();
  return {
    eventId: id === undefined ? undefined : safeText(id),
    eventType: type === undefined ? undefined : safeText(type),
  };
}
