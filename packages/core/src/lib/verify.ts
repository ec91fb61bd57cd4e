import {
  compileVerification,
  VERIFICATION_OPTIONS,
  type VerificationConfig,
  type VerificationOptions,
} from './config.ts';
import { createDelivery, type RunView } from './delivery.ts';
import { ConfigurationError, VerificationError } from './errors.ts';
import { judgeHead } from './head.ts';
import { createWarn, keepQuiet, type Warn } from './host.ts';
import { judgeBody } from './judge.ts';
import { refuseUnknownOptions } from './options.ts';
import { applySchema, once } from './payload.ts';
import type { Reason } from './reasons.ts';
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
 * For unit tests, queue workers and incident work. It does not see replays: that is the claim store's part, in a receiver.
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
 * @throws VerificationError whose `code` is the reason of the refusal
 */
export async function assertVerified<Event = unknown>(
  capture: Capture,
  options: VerifyOptions<Event>,
): Promise<Delivery<Event>> {
  const verdict = await verify(capture, options);
  if (verdict.outcome === 'accepted') return verdict.delivery;
  const reason = verdict.outcome === 'rejected' ? verdict.reason : 'bad-signature';
  throw new VerificationError(reason, `The delivery is refused: ${reason}.`);
}

/** Checks the options once and returns the function that judges captures under them. @throws ConfigurationError by the option's name */
export function createVerifier<Event = unknown>(options: VerifyOptions<Event>): Verifier<Event> {
  return compileVerifier(options, createWarn(Date.now));
}

function compileVerifier<Event>(options: VerifyOptions<Event>, warn: Warn): Verifier<Event> {
  refuseUnknownOptions(options, [...VERIFICATION_OPTIONS, 'now'], 'options');
  const { now } = options;
  if (now !== undefined && now !== 'signed-time' && typeof now !== 'function' && !(now instanceof Date)) {
    throw new ConfigurationError(
      'invalid-option',
      'now',
      "give a Date, a clock in milliseconds such as Date.now, or 'signed-time'. A bare number could be seconds or milliseconds.",
    );
  }
  const config = compileVerification(options, warn);
  // Nothing runs here: there is nothing to acknowledge, to give back or to abort. One signal, which never fires, does for all captures.
  const still = once((): RunView => {
    const { signal } = new AbortController();
    return { attempt: 1, previouslyStarted: false, signal, acknowledge: () => undefined, fail: () => undefined };
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
  const nowMs =
    now === 'signed-time'
      ? (head.proof.timestamp ?? Math.floor(Date.now() / 1000)) * 1000
      : readClock(now ?? capture.receivedAt ?? Date.now);
  const judgement = await judgeBody(head, capture.body, config, nowMs);
  if (judgement.kind !== 'fresh') return rejected(judgement.finding.reason);
  const { authentic } = judgement;
  const checked =
    config.schema === undefined ? { event: undefined as Event } : await applySchema(config.schema, authentic.payload);
  if ('problem' in checked) return rejected('invalid-payload');
  return { outcome: 'accepted', delivery: createDelivery(provider, provider.name, authentic, checked.event, still()) };
}

function readClock(now: Date | (() => number)): number {
  return now instanceof Date ? now.getTime() : now();
}
