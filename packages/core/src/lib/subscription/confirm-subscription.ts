import { acknowledgement, refusal, refuse } from '../answers.ts';
import type { ReceiverConfig } from '../config.ts';
import type { Authentic } from '../delivery.ts';
import type { Reception } from '../exchange.ts';
import type { Recorder } from '../record.ts';
import type { Run } from '../run.ts';
import type { SubscriptionConfirmer } from './confirm-by-url.ts';

/** Confirms a subscription in the place of the handler, under the claim of the delivery that asked for it. */
export async function confirmSubscription<Event>(
  config: ReceiverConfig<Event>,
  recorder: Recorder,
  authentic: Authentic,
  confirmer: SubscriptionConfirmer,
  run: Run,
): Promise<Reception<Event>> {
  const finding = await confirmer.confirm(authentic.body);
  if (finding !== undefined) {
    await run.end({ ok: false, reason: 'confirm-unavailable', error: finding.error ?? new Error(finding.detail) });
    return refuse(config, recorder, finding);
  }
  const { reason } = await run.end({ ok: true });
  const answer = reason === undefined ? acknowledgement(config, authentic) : refusal(config, recorder, reason);
  recorder.verdict({
    outcome: 'answered',
    kind: 'handshake',
    status: answer.status,
    detail: 'the subscription was confirmed',
  });
  return { outcome: 'answered', answer };
}
