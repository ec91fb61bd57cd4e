import type { Source } from './address/client-address.ts';
import { acknowledgeDuplicate, answered, refuse } from './answers.ts';
import { begin, UNCLAIMED } from './begin.ts';
import { claimDelivery } from './claims/claim-delivery.ts';
import { compileReceiver, type ReceiverConfig } from './config.ts';
import { confirmDelivery } from './confirm/compile-confirm.ts';
import { randomId } from './crypto.ts';
import type { Authentic } from './delivery.ts';
import { type CloseOptions, createDrain, type Drain } from './drain.ts';
import { judgeEnvironment } from './environment.ts';
import { errorKind } from './errors.ts';
import type { Exchange, HandlerRun, Receiver, Reception } from './exchange.ts';
import { answerProven, answerUnproven, MOST_UNPROVEN_BYTES } from './handshake/judge-handshake.ts';
import { type Finding, judgeHead, judgeHeadOnceListed, readBareHead } from './head.ts';
import { type Judgement, refuseSecrets } from './judge.ts';
import { readUnvouched, waive, waiveDuplicate } from './observe.ts';
import { positiveInteger, refuseUnknownOptions } from './options.ts';
import type { Reason } from './reasons.ts';
import type { ReceiverOptions, ReceiverTraits } from './receiver-options.ts';
import { createRecorder, type Recorder } from './record.ts';
import { judgeSought, type Sought, seekSecrets } from './secret-life/look-up.ts';
import type { CompiledSecret } from './secrets.ts';

/**
 * Makes a receiver: checks and compiles every option now, so that nothing is left to fail at three in the morning.
 *
 * No timer, randomness or I/O happens here.
 *
 * @throws ConfigurationError by the option's name, with the remedy
 */
export function createReceiver<Event = unknown>(
  options: ReceiverOptions<Event>,
  traits: ReceiverTraits = {},
): Receiver<Event> {
  const config = compileReceiver(options, traits);
  // Bytes of bodies that are being read or judged, over all deliveries.
  const held = { bytes: 0 };
  const drain = createDrain();

  async function receive(exchange: Exchange): Promise<Reception<Event>> {
    const recorder = createRecorder(config, exchange, randomId(), config.now());
    const holding = { bytes: 0 };
    try {
      return await judge(exchange, config, recorder, drain, (bytes) => {
        holding.bytes += bytes;
        held.bytes += bytes;
        return held.bytes <= config.maxHeldBytes;
      });
    } catch (error) {
      // A defect of ours or of a custom scheme. It fails closed, with a status that makes the sender try again.
      config.warn(
        'POSTERN_INTERNAL',
        `a delivery could not be judged: ${errorKind(error)}. Its record holds the error.`,
      );
      return refuse(config, recorder, {
        reason: 'misconfigured',
        detail: 'judging this delivery threw an error',
        error,
      });
    } finally {
      held.bytes -= holding.bytes;
    }
  }

  return Object.freeze<Receiver<Event>>({
    provider: config.provider.name,
    endpoint: config.endpoint,
    receive,
    secrets: () => config.watch.report(givenSecrets(config)),
    async close(options: CloseOptions = {}) {
      refuseUnknownOptions(options, ['deadlineMs'], 'close');
      return drain.close(
        positiveInteger(options.deadlineMs, 'close.deadlineMs', 'milliseconds', 10_000, 2_147_483_647),
      );
    },
    async handle(exchange, handler) {
      const reception = await receive(exchange);
      if (reception.outcome !== 'accepted') return reception.answer;
      const { delivery, run } = reception;
      void runHandler(() => handler(delivery), run);
      return run.answer;
    },
  });
}

/** Runs a handler and settles its run by how it ends. Never rejects. */
export async function runHandler(handler: () => unknown, run: HandlerRun): Promise<void> {
  // It may go on after acknowledge(): a server that drains waits for it all the same.
  const letGo = run.hold();
  try {
    await handler();
  } catch (error) {
    await run.fail(error);
    return;
  } finally {
    letGo();
  }
  await run.succeed();
}

/** Those that are known without asking anybody; none where they cannot be had yet. */
function givenSecrets<Event>(config: ReceiverConfig<Event>): readonly CompiledSecret[] {
  try {
    return config.secrets();
  } catch {
    return [];
  }
}

const DRAINING: Finding = { reason: 'draining', detail: 'the server is shutting down: close() was called' };

const NOTHING = new Uint8Array();

/** The pipeline, top to bottom. */
async function judge<Event>(
  exchange: Exchange,
  config: ReceiverConfig<Event>,
  recorder: Recorder,
  drain: Drain,
  hold: (bytes: number) => boolean,
): Promise<Reception<Event>> {
  const source = config.findSource(exchange);
  recorder.clientAddress = source.address;
  const head = await judgeFromAnywhere(exchange, source, config, recorder);
  if ('reason' in head && !waive(config, recorder, head)) return refuse(config, recorder, head);
  if (drain.draining) return refuse(config, recorder, DRAINING);
  const refused = refuseSecrets(config);
  if (refused) return refuse(config, recorder, refused);

  const unproven = 'otherwise' in head;
  if (unproven && head.handshake !== undefined)
    return answered(config, recorder, await answerUnproven(head, exchange.head, NOTHING, config, recorder.at));
  // Before the body: none is held while a vault thinks, and none is read that could not be judged.
  const sought =
    'proof' in head ? await seekSecrets(config, exchange.head) : 'otherwise' in head ? head.otherwise : head;
  if (!unproven && 'reason' in sought && !waive(config, recorder, sought)) return refuse(config, recorder, sought);
  const briefly = unproven && !recorder.observing;
  const maxBytes = briefly ? Math.min(config.maxBodyBytes, MOST_UNPROVEN_BYTES) : config.maxBodyBytes;
  const begun = 'reason' in head ? readBareHead(exchange.head) : head;
  const body = await exchange.readBody({
    maxBytes,
    timeoutMs: config.bodyTimeoutMs,
    declaredBytes: begun.declaredBytes,
    hold,
  });
  if (briefly && 'failed' in body && body.failed === 'body-too-large') return refuse(config, recorder, head.otherwise);
  if ('failed' in body) return refuse(config, recorder, { reason: body.failed, detail: body.detail });
  // Bytes that were there already (a host's rawBody) are held to the same limit as bytes that are read.
  if (body.byteLength > config.maxBodyBytes)
    return refuse(config, recorder, {
      reason: 'body-too-large',
      detail: `the body is over the limit of ${config.maxBodyBytes} bytes`,
    });
  recorder.bodyBytes = body.byteLength;

  // What is let through runs without a claim: nothing that is not as it should be may stand in the way of what is.
  const turnAway = (finding: Finding, authentic?: Authentic, retryAfter?: number) => {
    if (!waive(config, recorder, finding)) return refuse(config, recorder, finding, retryAfter);
    const refused = refuseLast(exchange, drain);
    if (refused) return refuse(config, recorder, refused);
    const letIn = authentic ?? readUnvouched(config.provider, begun, body);
    return begin(config, recorder, letIn, UNCLAIMED, drain.enter());
  };
  if ('reason' in head) return turnAway(head);
  if (unproven) {
    const answer = await answerUnproven(head, exchange.head, body, config, recorder.at);
    return answer === head.otherwise ? turnAway(answer) : answered(config, recorder, answer);
  }
  if ('reason' in sought) return turnAway(sought);

  const { judged, sought: used } = await judgeSought(head, body, sought, recorder.at);
  if (judged.kind === 'refused') return turnAway(judged.finding);
  recorder.authentic = judged.authentic;
  config.watch.used(judged.authentic, used.config.secrets(), recorder.at);
  const answer = await answerProven(judged, exchange.head, used.config);
  if (answer !== undefined) return answered(config, recorder, answer);
  const wrong = judgeEnvironment(config.provider, config.environment, judged.authentic);
  if (wrong) return turnAway(wrong, judged.authentic);
  const judgement = await confirmDelivery(config.confirm, { ...exchange.head, clientAddress: source.address }, judged);
  if (judgement.kind === 'refused') return turnAway(judgement.finding, judged.authentic, judgement.retryAfterSeconds);
  recorder.authentic = judgement.authentic;
  const last = refuseLast(exchange, drain);
  if (last) return refuse(config, recorder, last);
  return claimAndBegin(config, recorder, judgement, used, drain.enter());
}

/**
 * The head, as if there were no allowlist, where one refuses it and the receiver observes: the rest tells whether it is genuine. Of a sender
 * that proves nothing the address is the only proof: what comes from elsewhere is let through without a claim, like a forgery.
 */
async function judgeFromAnywhere<Event>(
  { head }: Exchange,
  source: Source,
  config: ReceiverConfig<Event>,
  recorder: Recorder,
) {
  const judged =
    config.allow?.renew === undefined
      ? judgeHead(head, config, source)
      : await judgeHeadOnceListed(head, config, source);
  const elsewhere = 'reason' in judged && ABOUT_ITS_SOURCE.includes(judged.reason);
  const provable = config.provider.scheme.kind !== 'none' || config.confirm !== undefined;
  return elsewhere && provable && waive(config, recorder, judged)
    ? judgeHead(head, { ...config, allow: undefined }, source)
    : judged;
}

const ABOUT_ITS_SOURCE: readonly Reason[] = ['source-not-allowed', 'source-unknown', 'source-unavailable'];

/** What may have changed while a delivery was judged. */
function refuseLast(exchange: Exchange, drain: Drain): Finding | undefined {
  if (exchange.isGone?.())
    return { reason: 'body-incomplete', detail: 'the client went away before its delivery was claimed' };
  return drain.draining ? DRAINING : undefined;
}

/** The claim, and what it leads to. */
async function claimAndBegin<Event>(
  config: ReceiverConfig<Event>,
  recorder: Recorder,
  judgement: Exclude<Judgement, { readonly kind: 'refused' }>,
  sought: Pick<Sought<unknown>, 'proven'>,
  entered: ReturnType<Drain['enter']>,
): Promise<Reception<Event>> {
  const { leave } = entered;
  const { authentic } = judgement;
  const claiming = await claimDelivery(config, judgement).catch((error) => {
    leave();
    throw error;
  });
  // No handler of a subscription's questions is there to run once more.
  const isEvent = config.subscription?.isAsked(authentic.body) !== true;
  if (claiming.kind === 'done' && !(isEvent && waiveDuplicate(config, recorder))) {
    leave();
    return acknowledgeDuplicate(config, recorder, authentic);
  }
  if (claiming.kind === 'refused' && !(isEvent && waive(config, recorder, claiming.finding))) {
    leave();
    return refuse(config, recorder, claiming.finding, claiming.retryAfterSeconds);
  }
  if (claiming.kind === 'failed') {
    recorder.storeError = claiming.error;
    const finding: Finding = { reason: 'store-unavailable', detail: 'the claim store did not answer' };
    // What cannot be told from a stale stranger stays out, however open the source is.
    const open = (config.storeFailure === 'open' && judgement.kind === 'fresh') || waive(config, recorder, finding);
    config.warn(
      'POSTERN_STORE',
      `the claim store failed (${errorKind(claiming.error)}), so deliveries are ${open ? 'accepted without a claim, and a repeat would run too' : 'refused with 503'}. Their records hold the error.`,
      'reasons',
    );
    if (!open) {
      leave();
      return refuse(config, recorder, finding);
    }
    recorder.attempt = 1;
    recorder.claimed = false;
  }
  if (claiming.kind !== 'claimed') return begin(config, recorder, authentic, UNCLAIMED, entered);
  // A repeat proves nothing of the name it comes under: whoever captured one delivery may send it under any.
  if (claiming.attempt === 1) sought.proven();
  recorder.attempt = claiming.attempt;
  recorder.claimed = true;
  return begin(config, recorder, authentic, claiming, entered);
}
