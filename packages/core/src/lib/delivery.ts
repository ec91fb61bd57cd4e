import type { JudgedHead } from './head.ts';
import { type Payload, readField } from './payload.ts';
import type { Covers, Delivery, Field, Provider } from './types.ts';

/** What is known of a genuine delivery before it is claimed. */
export interface Authentic {
  readonly head: JudgedHead;
  readonly body: Uint8Array;
  readonly payload: Payload;
  readonly secretId: string;
  readonly id: string | undefined;
  readonly type: string | undefined;
}

/** What the run adds. */
export interface RunView {
  readonly attempt: number;
  readonly previouslyStarted: boolean;
  readonly signal: AbortSignal;
  acknowledge(): void;
  fail(error?: unknown): void;
}

/** Reads id and type of a delivery whose signature was right. */
export function readAuthentic(
  provider: Provider,
  eventId: Field | undefined,
  head: JudgedHead,
  body: Uint8Array,
  payload: Payload,
  secretId: string,
): Authentic {
  return {
    head,
    body,
    payload,
    secretId,
    id: readField(eventId, head.headers.value, payload),
    type: readField(provider.eventType, head.headers.value, payload),
  };
}

/** The object a handler gets. */
export function createDelivery<Event>(
  provider: Provider,
  endpoint: string,
  authentic: Authentic,
  event: Event,
  run: RunView,
): Delivery<Event> {
  const { payload, head } = authentic;
  return Object.freeze<Delivery<Event>>({
    provider: provider.name,
    endpoint,
    id: authentic.id,
    type: authentic.type,
    timestamp: head.proof.timestamp,
    secretId: authentic.secretId,
    body: authentic.body,
    text: payload.text,
    json: <T>() => payload.json() as T,
    form: payload.form,
    event,
    covers: coverage(provider, authentic),
    attempt: run.attempt,
    previouslyStarted: run.previouslyStarted,
    signal: run.signal,
    acknowledge: run.acknowledge,
    fail: run.fail,
  });
}

function coverage(provider: Provider, { id, type }: Authentic): Covers {
  const { body, timestamp } = provider.scheme.signs;
  return Object.freeze({
    body,
    timestamp,
    id: id !== undefined,
    type: type !== undefined && provider.eventType !== undefined && 'json' in provider.eventType && body,
  });
}
