// The seam between the core and an adapter: how a request is presented, and what is made of it.

import type { Closable } from './drain.ts';
import type { Reason } from './reasons.ts';
import type { SecretUse } from './secret-life/secret-watch.ts';
import type { Answer, Delivery, RequestHead, SettledRecord, VerdictRecord } from './types.ts';

/** How much of a body to read, and for how long. */
export interface BodyLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly declaredBytes: number | undefined;
  /** Told of each chunk as it arrives; false when the receiver holds as much as it may, and reading must stop. */
  hold(bytes: number): boolean;
}

/** A body that could not be had. */
export interface BodyFailure {
  readonly failed: 'body-timeout' | 'body-incomplete' | 'body-too-large' | 'overloaded' | 'misconfigured';
  /** For the operator: what was found and what to do. */
  readonly detail: string;
}

/** One request, as an adapter presents it to the core. */
export interface Exchange {
  readonly head: RequestHead;
  /** Called at most once, after the head has passed. It never rejects: what goes wrong is a value. */
  readBody(limits: BodyLimits): Promise<Uint8Array | BodyFailure>;
  /** True once the client has gone. Asked before the claim: nobody is left to take the answer, and a retry will come. */
  isGone?(): boolean;
  /** Who the framework itself takes for the client, and by which setting of its own: told apart from `trustProxy`, that is reported once. */
  readonly framework?: { readonly setting: string; readonly clientAddress: () => unknown } | undefined;
  /** Told beside the option of this name: for hosts that keep a log for each request. */
  readonly onVerdict?: ((record: VerdictRecord) => void) | undefined;
  /** Told beside the option of this name. */
  readonly onSettled?: ((record: SettledRecord) => void) | undefined;
}

/** What the core decided about one request. */
export type Reception<Event> =
  | { readonly outcome: 'accepted'; readonly delivery: Delivery<Event>; readonly run: HandlerRun }
  | { readonly outcome: 'answered'; readonly answer: Answer }
  | { readonly outcome: 'rejected'; readonly reason: Reason; readonly answer: Answer };

/** The run of a handler, as an adapter drives it. */
export interface HandlerRun {
  /** The handler returned, or answered 2xx. Resolves to what the caller is owed: the acknowledgement, or 503 where the claim could not be committed. */
  succeed(): Promise<Answer>;
  /** The handler threw, or answered something else than 2xx. Resolves to the generic 503. */
  fail(error?: unknown): Promise<Answer>;
  /** Notes that the handler has begun; call what it returns when it has ended. After `acknowledge()` it may go on, and `close()` waits for it. */
  hold(): () => void;
  /** Resolves when the run is settled, by the handler, by `delivery.acknowledge()` or `fail()`, or by its deadline. */
  readonly answer: Promise<Answer>;
}

/** What every mounted guard can do besides guarding. */
export interface Mounted extends Closable {
  /** How each secret was used since this guard was made: its id, tenant, dates, last use and number of deliveries. Of at most 10,000, and never a value. */
  secrets(): readonly SecretUse[];
}

/** A guard, compiled: what adapters are built on. */
export interface Receiver<Event = unknown> extends Mounted {
  readonly provider: string;
  readonly endpoint: string;
  /** Judges one request. An accepted one is claimed and its run has begun: call `run.succeed` or `run.fail`. Never rejects. */
  receive(exchange: Exchange): Promise<Reception<Event>>;
  /** Judges one request and runs the handler for a genuine one. Resolves to what the caller is owed. Never rejects. */
  handle(exchange: Exchange, handler: (delivery: Delivery<Event>) => unknown): Promise<Answer>;
}
