import type { ReceiverConfig } from '../config.ts';
import { randomToken } from '../crypto.ts';
import type { Authentic } from '../delivery.ts';
import type { Finding } from '../head.ts';
import type { Judgement } from '../judge.ts';
import { answerWithin, STORE_ANSWERS_MS } from './answer-within.ts';
import type { Claim, ClaimRequest, ClaimResult, ClaimStore } from './contract.ts';
import { identityKey, materialDigest } from './identity.ts';

/** What became of claiming a genuine delivery. */
export type Claiming =
  | {
      readonly kind: 'claimed';
      readonly claim: Claim;
      readonly attempt: number;
      readonly previouslyStarted: boolean;
    }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'refused'; readonly finding: Finding; readonly retryAfterSeconds?: number };

/** After the handler's deadline its claim is safe for so long: the settlement itself takes time. */
export const LEASE_GRACE_MS = 5_000;

/** For how long a claim is its owner's, from the moment it was taken. */
export function leaseMs({ handlerTimeoutMs }: { readonly handlerTimeoutMs: number }): number {
  return handlerTimeoutMs + LEASE_GRACE_MS;
}

/**
 * Claims a genuine delivery. One that is stale gets a claim only as the retry of an event that arrived fresh, in these very bytes, and
 * never finished: a sender that does not sign its retries anew would lose every event whose first try failed.
 */
export async function claimDelivery<Event>(
  config: ReceiverConfig<Event>,
  judgement: Exclude<Judgement, { readonly kind: 'refused' }>,
): Promise<Claiming> {
  const { authentic } = judgement;
  const late = judgement.kind === 'untimely';
  if (late && judgement.finding.reason !== 'stale') return { kind: 'refused', finding: judgement.finding };
  // The look-up began before this notice came: what it tells of may not be in the answer, and would be lost with an acknowledgement, whether
  // this notice or another handles that answer. The next try is looked up anew.
  if (authentic.confirmation?.joined)
    return {
      kind: 'refused',
      finding: {
        reason: 'in-flight',
        detail:
          'it joined a look-up that had begun before, and what it tells of may not be in that answer: the next try is looked up anew',
      },
      retryAfterSeconds: 1,
    };
  const request: ClaimRequest = {
    owner: randomToken(),
    leaseMs: leaseMs(config),
    keepMs: config.keepMs,
    ...(await retryProof(config, authentic)),
    ...(late ? { retryOnly: true } : {}),
  };
  const key = await identityKey({
    provider: config.provider.name,
    endpoint: config.endpoint,
    tenant: authentic.tenant,
    id: authentic.id(),
    // Whoever knows an order can write a notice of it in as many ways as he likes: all of them are the one event that the provider reports.
    confirmed: authentic.confirmation?.identity,
    material: materialOf(config, authentic),
  });
  const answer = await ask(config.store, key, request);
  if ('failed' in answer) return { kind: 'failed', error: answer.failed };
  config.checkStore();
  if ('claimed' in answer) {
    const { attempt, previouslyStarted } = answer;
    return { kind: 'claimed', claim: { key, owner: request.owner }, attempt, previouslyStarted };
  }
  if ('inFlight' in answer)
    return {
      kind: 'refused',
      finding: { reason: 'in-flight', detail: 'another copy of this delivery is being handled' },
      retryAfterSeconds: answer.retryAfterMs / 1000,
    };
  if (late) return { kind: 'refused', finding: judgement.finding };
  return { kind: 'done' };
}

/** An id says nothing of the bytes: whoever holds an old capture could spell a stale stranger with it. Only schemes that sign a time know late retries. */
async function retryProof<Event>(
  config: ReceiverConfig<Event>,
  authentic: Authentic,
): Promise<Pick<ClaimRequest, 'material'>> {
  const timed = config.tolerance !== undefined || authentic.head.proof.expires !== undefined;
  if (!timed || (authentic.id() === undefined && authentic.confirmation === undefined)) return {};
  return { material: await materialDigest(materialOf(config, authentic)) };
}

function materialOf<Event>({ provider }: ReceiverConfig<Event>, { head, body }: Authentic) {
  return provider.scheme.material(head.proof, body);
}

/** A store of the user's own may reject, or throw before it has a promise to reject. */
async function ask(
  store: ClaimStore,
  key: string,
  request: ClaimRequest,
): Promise<ClaimResult | { readonly failed: unknown }> {
  try {
    // A claim that comes too late has nobody to run it: it is given back, and else left to its lease.
    return await answerWithin(
      STORE_ANSWERS_MS,
      () => store.claim(key, request),
      (late) => ('claimed' in late ? store.release(key, request.owner) : undefined),
    );
  } catch (error) {
    return { failed: error };
  }
}
