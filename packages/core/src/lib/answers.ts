import type { ReceiverConfig } from './config.ts';
import type { Authentic } from './delivery.ts';
import type { Reception } from './exchange.ts';
import { acknowledgementAnswer, failureAnswer } from './handshake/acknowledgement.ts';
import type { FailedFinding } from './handshake/answer-handshake.ts';
import type { Asked } from './handshake/template.ts';
import type { Finding } from './head.ts';
import { kindOfRefusal } from './kind.ts';
import type { Reason } from './reasons.ts';
import { isProven, type Recorder } from './record.ts';
import type { Answer } from './types.ts';
import { jittered, refusalAnswer, statusOf } from './verdict.ts';

/** The answer that this provider takes for "received". */
export function acknowledgement<Event>({ provider }: ReceiverConfig<Event>, authentic: Authentic): Answer {
  return acknowledgementAnswer(provider.acknowledgement, askedBy(authentic));
}

/** Acknowledges what was handled before, and says so in the record. */
export function acknowledgeDuplicate<Event>(
  config: ReceiverConfig<Event>,
  recorder: Recorder,
  authentic: Authentic,
): Reception<Event> {
  const answer = acknowledgement(config, authentic);
  recorder.verdict({
    outcome: 'answered',
    kind: 'duplicate',
    status: answer.status,
    detail: 'this event was handled before: acknowledged without the handler',
  });
  return { outcome: 'answered', answer };
}

/** Answers a handshake, or refuses it, and says so in the record. No handler runs, and nothing is claimed. */
export function answered<Event>(
  config: ReceiverConfig<Event>,
  recorder: Recorder,
  answer: Answer | FailedFinding,
): Reception<Event> {
  if ('reason' in answer) return refuse(config, recorder, answer);
  recorder.verdict({
    outcome: 'answered',
    kind: 'handshake',
    status: answer.status,
    detail: 'a handshake: answered without the handler',
  });
  return { outcome: 'answered', answer };
}

/** Refuses, and says why in the record. */
export function refuse<Event>(
  config: ReceiverConfig<Event>,
  recorder: Recorder,
  { reason, detail, error, kind }: Finding,
  retryAfter?: number,
): Reception<Event> {
  const answer = refusal(config, recorder, reason, retryAfter);
  recorder.verdict({
    outcome: 'rejected',
    kind: kind ?? kindOfRefusal(reason, isProven(recorder, config.provider)),
    reason,
    status: answer.status,
    detail,
    error,
  });
  return { outcome: 'rejected', reason, answer };
}

/** What a refused caller is told. */
export function refusal<Event>(
  config: ReceiverConfig<Event>,
  recorder: Recorder,
  reason: Reason,
  retryAfter?: number,
): Answer {
  const { provider } = config;
  const status = statusOf(reason, provider);
  // The provider's own words are for its own deliveries: a stranger learns nothing of who is expected here.
  if (status === 503 && provider.failure !== undefined && recorder.authentic !== undefined)
    return failureAnswer(provider.failure, askedBy(recorder.authentic), jittered(retryAfter ?? 5));
  return refusalAnswer(status, recorder.instance, {
    allow: reason === 'method-not-allowed' ? provider.methods : undefined,
    retryAfter: status === 503 ? jittered(retryAfter ?? 5) : undefined,
  });
}

/** A genuine delivery, as its fields are read for an answer to it. */
function askedBy({ head, payload }: Authentic): Asked {
  return { headers: head.headers, payload };
}
