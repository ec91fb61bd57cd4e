import type { VerificationConfig } from './config.ts';
import { type Authentic, readAuthentic } from './delivery.ts';
import { compareTimes } from './freshness.ts';
import type { Finding, JudgedHead } from './head.ts';
import { readPayload } from './payload.ts';
import { validSecrets } from './secrets.ts';

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
  head: JudgedHead,
  body: Uint8Array,
  config: VerificationConfig<Event>,
  nowMs: number,
): Promise<Judgement> {
  const { provider, tolerance } = config;
  const secrets = validSecrets(config.secrets(), nowMs);
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
  const authentic = readAuthentic(provider, config.eventId, head, body, readPayload(body), match.id);
  const { timestamp } = head.proof;
  if (timestamp === undefined || tolerance === undefined) return { kind: 'fresh', authentic };
  const nowSeconds = Math.floor(nowMs / 1000);
  const freshness = compareTimes(timestamp, nowSeconds, tolerance);
  if (freshness === 'fresh') return { kind: 'fresh', authentic };
  const detail =
    freshness === 'stale'
      ? `genuine, and signed ${nowSeconds - timestamp} s ago where ${tolerance.past} s are allowed: a late retry, a replay, or a clock that is wrong`
      : `genuine, and signed ${timestamp - nowSeconds} s ahead where ${tolerance.future} s are allowed: one of the two clocks is wrong, or the time is not in seconds`;
  return { kind: 'untimely', authentic, finding: { reason: freshness, detail } };
}

function refused(finding: Finding): Judgement {
  return { kind: 'refused', finding };
}
