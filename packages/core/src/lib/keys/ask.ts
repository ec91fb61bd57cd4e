import type { Outbound, OutboundRequest, OutboundResult } from '../outbound/request.ts';
import { type Answered, COOL_DOWN_MS } from './memory.ts';
import { KEY_TIMEOUT_MS, type KeyRefusal, MOST_KEY_BYTES } from './remote-keys.ts';

/** A whole answer of 200. */
export interface KeyAnswer {
  readonly text: string;
  /** How long the vendor says it may be kept, within bounds, milliseconds. */
  readonly freshMs: number;
}

/** A vendor's word on how long its answer may be kept is taken between these: zero would be a request for each delivery. */
const LEAST_FRESH_MS = 300_000;
const MOST_FRESH_MS = 21_600_000;
const USUAL_FRESH_MS = 3_600_000;

/** How the vendor says that there is no such key, beside 404. */
export type DenialTest = (status: number, text: string) => boolean;

/** Asks a vendor for a key, within the bounds of time and size that all such requests have. */
export async function askForKey(
  outbound: Outbound,
  request: Pick<OutboundRequest, 'url' | 'hosts' | 'method' | 'headers' | 'body'>,
  isDenial: DenialTest,
): Promise<Answered<KeyAnswer>> {
  const result = await outbound({ ...request, timeoutMs: KEY_TIMEOUT_MS, maxBytes: MOST_KEY_BYTES });
  if (!result.ok)
    return { kind: 'unavailable', detail: `the vendor could not be asked: ${result.failure}`, ...errorOf(result) };
  const text = new TextDecoder().decode(result.body);
  if (result.status === 200) return { kind: 'known', value: { text, freshMs: freshnessOf(result) }, freshMs: 0 };
  if (result.status === 404 || isDenial(result.status, text))
    return { kind: 'unknown', detail: 'the vendor knows no such key' };
  return { kind: 'unavailable', detail: `the vendor answered ${result.status}` };
}

/** What a delivery is refused with where its key is not to be had. */
export function refusalOf(answer: Exclude<Answered<unknown>, { readonly kind: 'known' }>): KeyRefusal {
  if (answer.kind === 'unknown')
    return { reason: 'bad-signature', detail: `the key that it names is none of the vendor’s: ${answer.detail}` };
  return {
    reason: 'secret-unavailable',
    detail: `the vendor’s key cannot be had: ${answer.detail}. It is asked for again ${COOL_DOWN_MS / 1000} s later at the soonest`,
    ...(answer.error === undefined ? {} : { error: answer.error }),
  };
}

function errorOf({ error }: { readonly error?: unknown }): { readonly error?: unknown } {
  return error === undefined ? {} : { error };
}

function freshnessOf({ headers }: Extract<OutboundResult, { readonly ok: true }>): number {
  const [, seconds] = /(?:^|[,\s])max-age=(\d{1,9})(?:$|[,\s])/.exec(headers['cache-control'] ?? '') ?? [];
  if (seconds === undefined) return USUAL_FRESH_MS;
  return Math.min(MOST_FRESH_MS, Math.max(LEAST_FRESH_MS, Number(seconds) * 1000));
}
