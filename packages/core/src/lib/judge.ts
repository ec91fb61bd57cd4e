import type { VerificationConfig } from './config.ts';
import { type Authentic, readAuthentic } from './delivery.ts';
import { isConfigurationError } from './errors.ts';
import { compareTimes } from './freshness.ts';
import type { Finding, JudgedHead } from './head.ts';
import { couldBeChallenge } from './handshake/signable.ts';
import { readPayload } from './payload.ts';
import { isRefusal } from './scheme/scheme.ts';
import { alwaysValid, validSecrets } from './secrets.ts';

/** What the signature and the clock say of a whole delivery. */
export type Judgement =
  /** Genuine, and fresh. */
  | { readonly kind: 'fresh'; readonly authentic: Authentic }
  /** Genuine, and outside the window: a clock, a retry, or a replay. */
  | { readonly kind: 'untimely'; readonly authentic: Authentic; readonly finding: Finding }
  | { readonly kind: 'refused'; readonly finding: Finding };

/**
 * Checks the signature over the bytes, and then the exact freshness of the signed time.
 *
 * In this order: only then is "genuine but stale", a clock or retry problem that somebody must mend, told apart from a forgery.
 */
export async function judgeBody<Event>(
  begun: JudgedHead,
  body: Uint8Array,
  config: VerificationConfig<Event>,
  now: number | 'signed-time',
): Promise<Judgement> {
  const { provider, tolerance } = config;
  const proof = provider.scheme.readBody?.(begun.proof, body) ?? begun.proof;
  if (isRefusal(proof)) return refused({ reason: proof.refused, detail: proof.detail });
  const head = { ...begun, proof };
  const nowMs = now === 'signed-time' ? (proof.timestamp === undefined ? Date.now() : proof.timestamp * 1000) : now;
  const fetched = await config.keys?.find({ proof, headers: head.headers, body, nowMs });
  if (fetched !== undefined && 'reason' in fetched) return refused(fetched);
  const given = fetched === undefined ? config.secrets() : [fetched].flat().map(alwaysValid);
  // The reason that a forgery has: nobody learns by asking which tenants there are.
  if (given.length === 0 && config.findSecrets !== undefined)
    return refused({
      reason: 'bad-signature',
      detail: 'the function of secrets knows none for this delivery: no such tenant, or a forgery',
    });
  const secrets = validSecrets(given, nowMs);
  if (secrets.length === 0) {
    return refused({
      reason: 'secret-unavailable',
      detail: 'no configured secret is valid at this time: look at notBefore and notAfter',
    });
  }
  const match = secrets[await provider.scheme.verify(head.proof, body, secrets)];
  if (match === undefined) {
    return refused({
      reason: 'bad-signature',
      detail:
        'no configured secret makes this signature over these bytes: another secret (environment, endpoint), a body changed on its way, or a forgery',
    });
  }
  const payload = readPayload(body, provider.scheme.eventOf?.(body));
  if (couldBeChallenge(provider, body, payload))
    return refused({
      reason: 'bad-signature',
      detail:
        'the signature is right, and proves nothing: these bytes could be a challenge of a handshake, which is signed for whoever asks',
    });
  const authentic = readAuthentic(provider, config.eventId, head, body, payload, match);
  const { timestamp, expires } = proof;
  const nowSeconds = Math.floor(nowMs / 1000);
  if (expires !== undefined && !(nowSeconds <= expires)) {
    const detail = `genuine, and expired ${nowSeconds - expires} s ago by its own word: a late retry, a replay, or a clock that is wrong`;
    return { kind: 'untimely', authentic, finding: { reason: 'stale', detail } };
  }
  if (timestamp === undefined || tolerance === undefined) return { kind: 'fresh', authentic };
  const freshness = compareTimes(timestamp, nowSeconds, tolerance);
  if (freshness === 'fresh') return { kind: 'fresh', authentic };
  const detail =
    freshness === 'stale'
      ? `genuine, and signed ${nowSeconds - timestamp} s ago where ${tolerance.past} s are allowed: a late retry, a replay, or a clock that is wrong`
      : `genuine, and signed ${timestamp - nowSeconds} s ahead where ${tolerance.future} s are allowed: one of the two clocks is wrong, or the time is not in seconds`;
  return { kind: 'untimely', authentic, finding: { reason: freshness, detail } };
}

/** Secrets that are read at the first delivery may be missing then: our mistake, and the operator must hear its name. */
export function refuseSecrets<Event>(config: VerificationConfig<Event>): Finding | undefined {
  try {
    config.secrets();
    return undefined;
  } catch (error) {
    if (!isConfigurationError(error)) throw error;
    return { reason: 'misconfigured', detail: error.message };
  }
}

function refused(finding: Finding): Judgement {
  return { kind: 'refused', finding };
}
