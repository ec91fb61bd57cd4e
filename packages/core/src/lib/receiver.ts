import type { ClaimRequest, ClaimResult, ClaimStore } from './claims/contract.ts';
import { identityKey } from './claims/identity.ts';
import { inTime } from './claims/in-time.ts';
import {
  compileReceiver,
  LEASE_GRACE_MS,
  type ReceiverConfig,
  type ReceiverOptions,
  type ReceiverTraits,
} from './config.ts';
import { randomId } from './crypto.ts';
import { type Authentic, createDelivery } from './delivery.ts';
import { errorKind, isConfigurationError } from './errors.ts';
import type { Exchange, HandlerRun, Receiver, Reception } from './exchange.ts';
import { type Finding, judgeHead } from './head.ts';
import { judgeBody } from './judge.ts';
import { applySchema } from './payload.ts';
import type { Reason } from './reasons.ts';
import { createRecorder, type Recorder } from './record.ts';
import { type Run, startRun } from './run.ts';
import type { Answer } from './types.ts';
import { acknowledgementAnswer, jittered, refusalAnswer, statusOf } from './verdict.ts';

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

  async function receive(exchange: Exchange): Promise<Reception<Event>> {
    const recorder = createRecorder(config, exchange, randomId(), config.now());
    const holding = { bytes: 0 };
    try {
      return await judge(exchange, config, recorder, (bytes) => {
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
  try {
    await handler();
  } catch (error) {
    await run.fail(error);
    return;
  }
  await run.succeed();
}

/** The pipeline, top to bottom. */
async function judge<Event>(
  exchange: Exchange,
  config: ReceiverConfig<Event>,
  recorder: Recorder,
  hold: (bytes: number) => boolean,
): Promise<Reception<Event>> {
  const head = judgeHead(exchange.head, config);
  if ('reason' in head) return refuse(config, recorder, head);
  const refused = refuseSecrets(config);
  if (refused) return refuse(config, recorder, refused);

  const body = await exchange.readBody({
    maxBytes: config.maxBodyBytes,
    timeoutMs: config.bodyTimeoutMs,
    declaredBytes: head.declaredBytes,
    hold,
  });
  if ('failed' in body) return refuse(config, recorder, { reason: body.failed, detail: body.detail });
  // Bytes that were there already (a host's rawBody) are held to the same limit as bytes that are read.
  if (body.byteLength > config.maxBodyBytes)
    return refuse(config, recorder, {
      reason: 'body-too-large',
      detail: `the body is over the limit of ${config.maxBodyBytes} bytes`,
    });
  recorder.bodyBytes = body.byteLength;

  const judgement = await judgeBody(head, body, config, recorder.at);
  if (judgement.kind === 'refused') return refuse(config, recorder, judgement.finding);
  const { authentic } = judgement;
  recorder.authentic = authentic;
  // Only what arrived fresh before and never finished may come late, and only where the identity is the exact signed material:
  // a sender that does not sign its retries anew would lose every event whose first try failed.
  const late = judgement.kind === 'untimely';
  if (late && (judgement.finding.reason !== 'stale' || authentic.id() !== undefined))
    return refuse(config, recorder, judgement.finding);
  if (exchange.isGone?.())
    return refuse(config, recorder, {
      reason: 'body-incomplete',
      detail: 'the client went away before its delivery was claimed',
    });

  const key = await identityKey({
    provider: config.provider.name,
    endpoint: config.endpoint,
    id: authentic.id(),
    material: config.provider.scheme.material(head.proof, body),
  });
  const owner = randomId();
  const request = { owner, leaseMs: config.handlerTimeoutMs + LEASE_GRACE_MS, keepMs: config.keepMs };
  const claim = await tryClaim(config.store, key, late ? { ...request, retryOnly: true } : request);
  if ('failed' in claim) {
    config.warn(
      'POSTERN_STORE',
      `the claim store failed (${errorKind(claim.failed)}), so deliveries are refused with 503. Their records hold the error.`,
      'reasons',
    );
    return refuse(config, recorder, {
      reason: 'store-unavailable',
      detail: 'the claim store did not answer',
      error: claim.failed,
    });
  }
  if ('inFlight' in claim)
    return refuse(
      config,
      recorder,
      { reason: 'in-flight', detail: 'another copy of this delivery is being handled' },
      claim.retryAfterMs / 1000,
    );
  if (judgement.kind === 'untimely' && !('claimed' in claim)) return refuse(config, recorder, judgement.finding);
  if (!('claimed' in claim)) return acknowledgeDuplicate(config, recorder);

  recorder.attempt = claim.attempt;
  return begin(
    config,
    recorder,
    authentic,
    claim,
    startRun({ store: config.store, key, owner, deadlineMs: config.handlerTimeoutMs, report: recorder.settled }),
  );
}

/** Secrets that are read at the first delivery may be missing then: our mistake, and the operator must hear its name. */
function refuseSecrets<Event>(config: ReceiverConfig<Event>): Finding | undefined {
  try {
    config.secrets();
    return undefined;
  } catch (error) {
    if (!isConfigurationError(error)) throw error;
    return { reason: 'misconfigured', detail: error.message };
  }
}

/** A store of the user's own may reject, or throw before it has a promise to reject. */
async function tryClaim(
  store: ClaimStore,
  key: string,
  request: ClaimRequest,
): Promise<ClaimResult | { readonly failed: unknown }> {
  try {
    // A claim that comes too late has nobody to run it: it is given back, and else left to its lease.
    return await inTime(
      () => store.claim(key, request),
      (late) => ('claimed' in late ? store.release(key, request.owner) : undefined),
    );
  } catch (error) {
    return { failed: error };
  }
}

/** The claim is ours: the schema's turn, and then the handler's. */
async function begin<Event>(
  config: ReceiverConfig<Event>,
  recorder: Recorder,
  authentic: Authentic,
  claim: { readonly attempt: number; readonly previouslyStarted: boolean },
  run: Run,
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
      detail: 'the schema did not answer before handlerTimeoutMs',
    });
  if ('problem' in checked) {
    await run.end({ ok: false, reason: 'invalid-payload', error: new Error(checked.problem) });
    return refuse(config, recorder, { reason: 'invalid-payload', detail: checked.problem });
  }
  const answer = run.settled.then((settlement) =>
    settlement.outcome === 'committed'
      ? acknowledgementAnswer(provider.acknowledgement)
      : refusal(config, recorder, settlement.reason ?? 'handler-failed'),
  );
  const delivery = createDelivery(provider, config.endpoint, authentic, checked.event, {
    ...claim,
    signal: run.signal,
    acknowledge: () => void run.end({ ok: true }),
    fail: (error) => void run.end({ ok: false, reason: 'handler-failed', error }),
  });
  recorder.verdict({ outcome: 'accepted' });
  return {
    outcome: 'accepted',
    delivery,
    run: Object.freeze({
      answer,
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

function acknowledgeDuplicate<Event>(config: ReceiverConfig<Event>, recorder: Recorder): Reception<Event> {
  const answer = acknowledgementAnswer(config.provider.acknowledgement);
  recorder.verdict({
    outcome: 'answered',
    status: answer.status,
    detail: 'this event was handled before: acknowledged without the handler',
  });
  return { outcome: 'answered', answer };
}

function refuse<Event>(
  config: ReceiverConfig<Event>,
  recorder: Recorder,
  { reason, detail, error }: Finding & { readonly error?: unknown },
  retryAfter?: number,
): Reception<Event> {
  const answer = refusal(config, recorder, reason, retryAfter);
  recorder.verdict({ outcome: 'rejected', reason, status: answer.status, detail, error });
  return { outcome: 'rejected', reason, answer };
}

function refusal<Event>(
  config: ReceiverConfig<Event>,
  recorder: Recorder,
  reason: Reason,
  retryAfter?: number,
): Answer {
  const status = statusOf(reason, config.provider);
  return refusalAnswer(status, recorder.instance, {
    allow: reason === 'method-not-allowed' ? config.provider.methods : undefined,
    retryAfter: status === 503 ? jittered(retryAfter ?? 5) : undefined,
  });
}
