import { compileVerification, type VerificationConfig } from './config.ts';
import { createDelivery, type RunView } from './delivery.ts';
import { ConfigurationError, VerificationError } from './errors.ts';
import { answerProven, answerUnproven } from './handshake/judge-handshake.ts';
import { judgeHead } from './head.ts';
import { createWarn, keepQuiet, type Warn } from './host.ts';
import { refuseUnknownOptions } from './options.ts';
import { applySchema, once } from './payload.ts';
import type { Reason } from './reasons.ts';
import { VERIFICATION_OPTIONS, type VerificationOptions } from './receiver-options.ts';
import { judgeSought, seekSecrets } from './secret-life/look-up.ts';
import type { Capture, Delivery, Rejected, Verdict } from './types.ts';
import { statusOf } from './verdict.ts';

/** Options of `verify` and `assertVerified`. */
export interface VerifyOptions<Event = unknown> extends VerificationOptions<Event> {
  /** The clock: a moment, a clock in milliseconds, or `'signed-time'`, the moment the delivery itself claims, for stored captures. Default: the capture's `receivedAt`, else the present. */
  readonly now?: Date | (() => number) | 'signed-time' | undefined;
}

/** A verifier, compiled once: for many captures under one configuration. */
export type Verifier<Event = unknown> = (capture: Capture) => Promise<Verdict<Event>>;

/**
 * Judges one captured request by its signature and its signed time alone: no store, no address, no network.
 *
 * For unit tests, queue workers and incident work. It does not see replays: that is the claim store's part, in a receiver. Nor does it ask the
 * provider back: of one that signs nothing (`covers` says so), what is accepted here is a notice that anyone can write.
 *
 * @throws ConfigurationError for options that can never verify anything; a bad delivery is a verdict, not a throw
 */
export async function verify<Event = unknown>(
  capture: Capture,
  options: VerifyOptions<Event>,
): Promise<Verdict<Event>> {
  return compileVerifier(options, keepQuiet)(capture);
}

/**
 * Like `verify`, and returns the delivery of a genuine capture.
 *
 * @throws VerificationError whose `code` is the reason of the refusal, or `handshake`
 */
export async function assertVerified<Event = unknown>(
  capture: Capture,
  options: VerifyOptions<Event>,
): Promise<Delivery<Event>> {
  const verdict = await verify(capture, options);
  if (verdict.outcome === 'accepted') return verdict.delivery;
  if (verdict.outcome === 'answered')
    throw new VerificationError('handshake', 'This is a handshake, which is answered and holds no delivery.');
  throw new VerificationError(verdict.reason, `The delivery is refused: ${verdict.reason}.`);
}

/** Checks the options once and returns the function that judges captures under them. @throws ConfigurationError by the option's name */
export function createVerifier<Event = unknown>(options: VerifyOptions<Event>): Verifier<Event> {
  return compileVerifier(options, createWarn(Date.now));
}

function compileVerifier<Event>(options: VerifyOptions<Event>, warn: Warn): Verifier<Event> {
  if ('confirm' in options)
    throw new ConfigurationError(
      'unknown-option',
      'options.confirm',
      'verify() judges what it is given and asks nobody: a delivery is confirmed by a receiver alone.',
    );
  refuseUnknownOptions(options, [...VERIFICATION_OPTIONS, 'now'], 'options');
  const { now } = options;
  if (now !== undefined && now !== 'signed-time' && typeof now !== 'function' && !(now instanceof Date)) {
    throw new ConfigurationError(
      'invalid-option',
      'now',
      "give a Date, a clock in milliseconds such as Date.now, or 'signed-time'. A bare number could be seconds or milliseconds.",
    );
  }
  // A capture is judged and nothing is kept of it: a secret that it hands over is taken for an expected one.
  const config = { ...compileVerification(options, warn), saveSecret: () => true };
  // Nothing runs here: there is nothing to acknowledge, to give back or to abort. One signal, which never fires, does for all captures.
  const still = once((): RunView => {
    const { signal } = new AbortController();
    const nothing = () => undefined;
    const view = { attempt: 1, previouslyStarted: false, claim: undefined, observed: undefined };
    return { ...view, signal, acknowledge: nothing, fail: nothing };
  });
  return (capture) => judgeCapture(capture, config, now, still);
}

async function judgeCapture<Event>(
  capture: Capture,
  config: VerificationConfig<Event>,
  now: VerifyOptions['now'],
  still: () => RunView,
): Promise<Verdict<Event>> {
  const { provider } = config;
  const rejected = (reason: Reason): Rejected => ({ outcome: 'rejected', reason, status: statusOf(reason, provider) });
  const head = judgeHead(capture, config);
  if ('reason' in head) return rejected(head.reason);
  if (capture.body.byteLength > config.maxBodyBytes) return rejected('body-too-large');
  const at = now === 'signed-time' ? now : readClock(now ?? capture.receivedAt ?? Date.now);
  if ('otherwise' in head) {
    const answer = await answerUnproven(head, capture, capture.body, config, at);
    return 'reason' in answer ? rejected(answer.reason) : { outcome: 'answered', response: answer };
  }
  const sought = await seekSecrets(config, capture);
  if ('reason' in sought) return rejected(sought.reason);
  const { judged: judgement, sought: used } = await judgeSought(head, capture.body, sought, at);
  if (judgement.kind !== 'fresh') return rejected(judgement.finding.reason);
  // There is no claim to tell a repeat by.
  used.proven();
  const { authentic } = judgement;
  const answer = await answerProven(judgement, capture, used.config);
  if (answer !== undefined)
    return 'reason' in answer ? rejected(answer.reason) : { outcome: 'answered', response: answer };
  const checked =
    config.schema === undefined ? { event: undefined as Event } : await applySchema(config.schema, authentic.payload);
  if ('problem' in checked) return rejected('invalid-payload');
  return { outcome: 'accepted', delivery: createDelivery(provider, provider.name, authentic, checked.event, still()) };
}

function readClock(now: Date | (() => number)): number {
  return now instanceof Date ? now.getTime() : now();
}
