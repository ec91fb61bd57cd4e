import type { Claim } from './claims/contract.ts';
import type { JudgedHead } from './head.ts';
import { once, type Payload, readField } from './payload.ts';
import { readHeadPlace } from './scheme/place.ts';
import { coversPlace } from './scheme/scheme.ts';
import type { Confirmed, Covers, Delivery, Field, Provider } from './types.ts';

/** What is known of a genuine delivery before it is claimed. */
export interface Authentic {
  readonly head: JudgedHead;
  readonly body: Uint8Array;
  readonly payload: Payload;
  readonly secretId: string;
  readonly tenant: string | undefined;
  /** What the provider said when it was asked back. */
  readonly confirmation?:
    | { readonly confirmed: Confirmed; readonly identity: readonly string[]; readonly joined: boolean }
    | undefined;
  /** Its signature was not right: it is let through by `observe`, and nothing in it is to be believed. */
  readonly unvouched?: true;
  id(): string | undefined;
  type(): string | undefined;
}

/** What the run adds. */
export interface RunView {
  readonly attempt: number;
  readonly previouslyStarted: boolean;
  readonly claim: Claim | undefined;
  readonly signal: AbortSignal;
  readonly observed: Delivery['observed'];
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
  secret: { readonly id: string; readonly tenant: string | undefined },
): Authentic {
  const query = (name: string) => {
    const found = readHeadPlace({ query: name }, head.headers);
    return typeof found === 'string' ? undefined : found.text;
  };
  return {
    head,
    body,
    payload,
    secretId: secret.id,
    tenant: secret.tenant,
    id: once(() => readField(eventId, head.headers.value, query, payload)),
    type: once(() => readFirst(provider.eventType, (field) => readField(field, head.headers.value, query, payload))),
  };
}

function readFirst(fields: readonly Field[], read: (field: Field) => string | undefined): string | undefined {
  for (const field of fields) {
    const text = read(field);
    if (text !== undefined) return text;
  }
  return undefined;
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
    tenant: authentic.tenant,
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
    observed: run.observed,
    confirmed: authentic.confirmation?.confirmed,
    attempt: run.attempt,
    previouslyStarted: run.previouslyStarted,
    claim: run.claim,
    signal: run.signal,
    acknowledge: run.acknowledge,
    fail: run.fail,
  });
}

function coverage(provider: Provider, authentic: Authentic): Covers {
  if (authentic.unvouched)
    return Object.freeze({
      body: false,
      timestamp: false,
      id: false,
      type: false,
      fields: [],
      unsigned: ['everything'],
    });
  const { body, timestamp, fields } = provider.scheme.signs;
  const { eventType } = provider;
  return Object.freeze({
    body,
    timestamp,
    id: authentic.id() !== undefined,
    type: authentic.type() !== undefined && eventType.every((field) => coversPlace(provider.scheme, field)),
    fields,
    unsigned: provider.unsigned,
  });
}
