import type { JudgedHead } from './head.ts';
import { once, type Payload, readField } from './payload.ts';
import type { Covers, Delivery, Field, Provider } from './types.ts';

/** What is known of a genuine delivery before it is claimed. */
export interface Authentic {
  readonly head: JudgedHead;
  readonly body: Uint8Array;
  readonly payload: Payload;
  readonly secretId: string;
  id(): string | undefined;
  type(): string | undefined;
}

/** What the run adds. */
export interface RunView {
  readonly attempt: number;
  readonly previouslyStarted: boolean;
  readonly signal: AbortSignal;
  acknowledge(): void;
  fail(error?: unknown): void;
}

/**
 * Names a delivery whose signature was right. Its id and type are read when somebody asks: they often stand in the JSON body, and a
 * body that nobody reads is not parsed.
 */
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
    id: once(() => readField(eventId, head.headers.value, payload)),
    type: once(() => readField(provider.eventType, head.headers.value, payload)),
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
    get id() {
      return authentic.id();
    },
    get type() {
      return authentic.type();
    },
    timestamp: head.proof.timestamp,
    secretId: authentic.secretId,
    body: authentic.body,
    text: payload.text,
    json: <T>() => payload.json() as T,
    form: payload.form,
    event,
    get covers() {
      return coverage(provider, authentic);
    },
    attempt: run.attempt,
    previouslyStarted: run.previouslyStarted,
    signal: run.signal,
    acknowledge: run.acknowledge,
    fail: run.fail,
  });
}

function coverage(provider: Provider, authentic: Authentic): Covers {
  const { body, timestamp } = provider.scheme.signs;
  return Object.freeze({
    body,
    timestamp,
    id: authentic.id() !== undefined,
    type: authentic.type() !== undefined && provider.eventType !== undefined && 'json' in provider.eventType && body,
  });
}
