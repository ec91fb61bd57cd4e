import type { Outbound, OutboundResult } from '../outbound/request.ts';
import { safeText } from '../redact.ts';
import type { Grant } from './budget.ts';
import type { Composed } from './compose.ts';

/** What bounds the asking of one question. */
export interface Limits {
  /** For the whole question, tries and pauses included, milliseconds. */
  readonly timeoutMs: number;
  /** For one try. */
  readonly attemptMs: number;
  /** How often a try that failed is made again. */
  readonly retries: number;
  /** The longest answer, bytes. */
  readonly maxBytes: number;
}

/** A vendor that could not be asked, for now. */
export interface Unavailable {
  readonly unavailable: string;
  readonly error?: unknown;
  readonly retryAfterSeconds?: number | undefined;
}

/** An answer: anything below 500 but "too many". */
export interface Answered {
  readonly status: number;
  readonly body: Uint8Array;
}

/** How much of an upstream text goes to the operator. */
const LONGEST_TEXT = 500;

/** What all tries of one question share. */
export interface Sending {
  readonly outbound: Outbound;
  /** What its requests are charged to. */
  readonly grant: Grant;
  readonly limits: Limits;
  /** When to give up, on `performance.now()`. */
  readonly deadline: number;
  /** True for a try that the budget has been asked for already. */
  paid: boolean;
  /** What no record may hold, though the provider echoes it: credentials and tokens. */
  readonly secrets: string[];
}

/**
 * Sends a request until it is answered, within the deadline. Waits between tries for a random time below a growing bound (full jitter):
 * all the receivers that a vendor's outage has stopped must not come back at one moment.
 */
export async function send(request: Composed, sending: Sending): Promise<Answered | Unavailable> {
  const { outbound, grant, limits } = sending;
  let failed: Unavailable = { unavailable: 'the deadline passed before the provider was asked' };
  for (let tries = 0; tries <= limits.retries; tries++) {
    if (tries > 0) await pause(Math.random() * Math.min(2_000, 150 * 2 ** tries), sending.deadline);
    const left = sending.deadline - performance.now();
    if (left <= 0) return failed;
    const wait = sending.paid ? 0 : grant.request();
    sending.paid = false;
    if (wait > 0) return limited(wait);
    const result = await ask(outbound, {
      ...request,
      timeoutMs: Math.ceil(Math.min(left, limits.attemptMs)),
      maxBytes: limits.maxBytes,
    });
    if (!result.ok) {
      failed = { unavailable: `the provider could not be asked: ${result.failure}`, error: result.error };
      // These would end the same way each time: an answer that leads elsewhere, is too long, or comes from an address it may not have.
      if (result.failure !== 'timeout' && result.failure !== 'network') return failed;
    } else if (result.status === 429) {
      return {
        unavailable: 'the provider says that it was asked too often',
        retryAfterSeconds: retryAfter(result.headers),
      };
    } else if (result.status >= 500) {
      failed = {
        unavailable: `the provider answered HTTP ${result.status}`,
        error: upstreamError(result, sending.secrets),
      };
    } else return { status: result.status, body: result.body };
  }
  return failed;
}

/** The refusal of a budget. */
export function limited(waitMs: number): Unavailable {
  return {
    unavailable: 'the provider would be asked more often than it allows, or one order more often than it needs',
    retryAfterSeconds: Math.ceil(waitMs / 1000),
  };
}

/** What an upstream said, for the operator's record alone: bounded, its control characters escaped, and without what we told it in confidence. */
export function upstreamError({ status, body }: Answered, secrets: readonly string[]): Error {
  let text = new TextDecoder().decode(body);
  // Before it is cut: half of a secret would not be found.
  for (const secret of secrets) if (secret.length > 3) text = text.replaceAll(secret, '[secret]');
  return new Error(`HTTP ${status}: ${safeText(text, LONGEST_TEXT)}`);
}

/** A client of the user's own may reject though its type does not. */
async function ask(outbound: Outbound, request: Parameters<Outbound>[0]): Promise<OutboundResult> {
  try {
    return await outbound(request);
  } catch (error) {
    return { ok: false, failure: 'network', error };
  }
}

function retryAfter(headers: Readonly<Record<string, string>>): number {
  const seconds = /^\d{1,4}$/.test(headers['retry-after'] ?? '') ? Number(headers['retry-after']) : 30;
  return Math.min(600, Math.max(1, seconds));
}

function pause(milliseconds: number, deadline: number): Promise<void> {
  const most = Math.max(0, deadline - performance.now());
  return new Promise((resolve) => {
    setTimeout(resolve, Math.min(milliseconds, most));
  });
}
