import type { ReceiverConfig } from './config.ts';
import type { Authentic } from './delivery.ts';
import { ConfigurationError } from './errors.ts';
import type { Finding } from './head.ts';
import type { Warn } from './host.ts';
import { kindOfRefusal } from './kind.ts';
import { refuseUnknownOptions } from './options.ts';
import { readPayload } from './payload.ts';
import type { Reason } from './reasons.ts';
import { isProven, type Recorder } from './record.ts';
import type { HeadReader } from './scheme/header-reader.ts';
import { parseMoment } from './secrets.ts';
import type { Provider } from './types.ts';
import { statusOf } from './verdict.ts';

/** A roll-out onto an endpoint that takes deliveries already. */
export interface Observe {
  /**
   * Until when nothing is refused, that moment included: a `Date`, or ISO 8601 text with its zone. At most 30 days after the receiver is made.
   * After it everything is enforced, for good.
   */
  readonly until: Date | string;
}

/** Tells for each delivery, by its one reading of the clock, whether refusals of it are let through. */
export type Observation = (nowMs: number) => boolean;

/** Longer is no roll-out: it is an endpoint without a guard. */
const LONGEST_MS = 30 * 86_400_000;

/**
 * What is refused while a receiver observes, too: our own mistakes, requests that cannot hold a whole delivery, a server that has no room, and
 * what the handler itself made of it.
 */
const ENFORCED: readonly Reason[] = [
  'misconfigured',
  'method-not-allowed',
  'body-timeout',
  'body-incomplete',
  'body-too-large',
  'overloaded',
  'draining',
  'handler-failed',
  'handler-timeout',
];

/** Checks the option and says what it means, once. @throws ConfigurationError for no moment, and for one that is too far ahead */
export function compileObserve(
  observe: Observe | undefined,
  { endpoint, now, warn }: { readonly endpoint: string; readonly now: () => number; readonly warn: Warn },
): Observation | undefined {
  if (observe === undefined) return undefined;
  refuseUnknownOptions(observe, ['until'], 'observe');
  const until = parseMoment(observe.until, 'observe.until');
  const say = (what: string) => warn('POSTERN_OBSERVING', `${endpoint} ${what}`, 'observing-first');
  const ended = `enforces: observe ended at ${new Date(until).toISOString()}, and the option can go.`;
  const unbounded = 'enforces: the clock does not show that observe.until is at most 30 days ahead.';
  // Once over, over: a clock that is set back must not open the endpoint again.
  let over = false;
  // Where the global scope has no clock (Workers: it stands at 1970), the first delivery shows how far ahead the date is.
  let bounded = false;
  const begin = (at: number) => {
    bounded = until - at <= LONGEST_MS;
    over = !bounded || at > until;
    if (over) say(bounded ? ended : unbounded);
  };
  const made = now();
  if (!(made <= 0)) {
    if (until - made > LONGEST_MS)
      throw new ConfigurationError(
        'invalid-option',
        'observe.until',
        'give a date within 30 days: until then forged deliveries reach the handler.',
      );
    begin(made);
  }
  if (!over)
    say(`observes until ${new Date(until).toISOString()} and refuses nothing: forged deliveries reach the handler.`);
  return (nowMs) => {
    if (!over && !bounded) begin(nowMs);
    if (!over && nowMs > until) {
      over = true;
      say(ended);
    }
    // A clock that gives no number shows nothing.
    return !over && nowMs <= until;
  };
}

/** True where a refusal is let through: the record then holds it, the first one alone, and the handler is told. */
export function waive(
  { provider }: Pick<ReceiverConfig<unknown>, 'provider'>,
  recorder: Recorder,
  finding: Finding,
): boolean {
  if (!recorder.observing || ENFORCED.includes(finding.reason)) return false;
  recorder.waived ??= {
    outcome: 'rejected',
    kind: kindOfRefusal(finding.reason, isProven(recorder, provider)),
    status: statusOf(finding.reason, provider),
    ...finding,
    enforced: false,
  };
  return true;
}

/** True where a repeat runs: what is taken for one may be an honest event under a wrong `eventId`. */
export function waiveDuplicate({ provider }: Pick<ReceiverConfig<unknown>, 'provider'>, recorder: Recorder): boolean {
  if (!recorder.observing) return false;
  recorder.waived ??= {
    outcome: 'answered',
    kind: 'duplicate',
    status: provider.acknowledgement.status,
    detail: 'this event was handled before: without observe it would be acknowledged without the handler',
    enforced: false,
  };
  return true;
}

/** What can be read of a delivery that nothing vouches for: its bytes, and no name that the sender gives himself. */
export function readUnvouched(
  { scheme }: Provider,
  head: { readonly headers: HeadReader; readonly declaredBytes: number | undefined },
  body: Uint8Array,
): Authentic {
  const nothing = () => undefined;
  return {
    unvouched: true,
    head: { ...head, proof: { signatures: [] } },
    body,
    payload: readPayload(body, scheme.eventOf?.(body)),
    secretId: '',
    tenant: undefined,
    id: nothing,
    type: nothing,
  };
}
