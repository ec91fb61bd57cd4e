// The public types that more than one room speaks of. A type that belongs to one room lives there.
import type { Tolerance } from './freshness.ts';
import type { Reason } from './reasons.ts';
import type { HeaderLines } from './scheme/header-reader.ts';
import type { Scheme } from './scheme/scheme.ts';

/** What is known of a request before its body is read. */
export interface RequestHead {
  readonly method: string;
  /** The request target as it was sent, path and query. */
  readonly url: string;
  readonly headers: HeaderLines;
  /** The address of the socket's other end, as text; absent where the runtime has no sockets. */
  readonly peerAddress?: string | undefined;
}

/** A whole request: what `verify` judges and `parseCapture` reads. */
export interface Capture extends RequestHead {
  readonly body: Uint8Array;
  /** When it arrived. Freshness is judged at this moment where no `now` is given, so that a stored delivery does not go stale in a queue. */
  readonly receivedAt?: Date | undefined;
}

/** What the caller is told: adapters write it as it stands. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Where a value of a delivery stands: a header, or a path of keys (`data.id`) in the JSON body. */
export type Field = { readonly header: string } | { readonly json: string };

/** The answer a sender takes for "received": 200 and an empty body unless its documentation asks for something else. */
export interface Acknowledgement {
  readonly status: number;
  readonly contentType?: string;
  readonly body?: string;
}

/** A sender of webhooks, as data: made by `defineProvider`, frozen, and the only thing that verifying, signing and diagnosing know of it. */
export interface Provider {
  /** The registered name, as it stands in records, claim keys and case files. */
  readonly name: string;
  /** The vendor's page on verifying its webhooks. */
  readonly docs?: string | undefined;
  readonly scheme: Scheme;
  /** The window for the signed time; absent where the scheme signs none. */
  readonly tolerance?: Tolerance | undefined;
  readonly methods: readonly string[];
  readonly maxBodyBytes: number;
  /** For how long the sender may repeat a delivery, in hours. */
  readonly retryHours: number;
  /** Where the event id stands, if it is signed. */
  readonly eventId?: Field | undefined;
  /** Where the event's type stands, signed or not: `delivery.covers.type` says which. */
  readonly eventType?: Field | undefined;
  readonly acknowledgement: Acknowledgement;
  /** Statuses this sender demands in place of the usual ones. */
  readonly statuses: Readonly<Partial<Record<Reason, number>>>;
}

/** What the signature protects. A field that is `false` may have been written by anyone who holds one genuine delivery. */
export interface Covers {
  readonly body: boolean;
  readonly timestamp: boolean;
  readonly id: boolean;
  readonly type: boolean;
}

/** A genuine delivery. Everything it holds was read from the verified bytes, except where `covers` says otherwise. */
export interface Delivery<Event = unknown> {
  readonly provider: string;
  readonly endpoint: string;
  /** The event id, where the signature covers one. */
  readonly id: string | undefined;
  /** The event's type; see `covers.type`. */
  readonly type: string | undefined;
  /** The signed time, unix seconds. */
  readonly timestamp: number | undefined;
  /** Which configured secret matched. */
  readonly secretId: string;
  /** The verified bytes, exactly as they came. */
  readonly body: Uint8Array;
  /** The body as UTF-8 text. @throws VerificationError `invalid-payload` when it is not UTF-8 */
  text(): string;
  /** The body as JSON, parsed once. @throws VerificationError `invalid-payload` when it is not JSON, or carries a `__proto__` or `constructor.prototype` key */
  json<T = unknown>(): T;
  /** The body as an `application/x-www-form-urlencoded` form, parsed once. */
  form(): URLSearchParams;
  /** What `schema` made of the JSON body. */
  readonly event: Event;
  readonly covers: Covers;
  /** 1 for the first run of this event, 2 for the first run after a failure, … */
  readonly attempt: number;
  /** True when an earlier run was started and did not finish: outside effects of it may already exist. */
  readonly previouslyStarted: boolean;
  /** Aborts when the handler's deadline passes. */
  readonly signal: AbortSignal;
  /** Commits now and sends the provider's acknowledgement, while the handler goes on. What the handler does afterwards changes nothing. */
  acknowledge(): void;
  /** Gives the event back: the sender is asked to try again, and the handler will run again. */
  fail(error?: unknown): void;
}

/** What was decided about one delivery. */
export type Verdict<Event = unknown> =
  | { readonly outcome: 'accepted'; readonly delivery: Delivery<Event> }
  | { readonly outcome: 'answered'; readonly response: Answer }
  | Rejected;

/** A refusal. */
export interface Rejected {
  readonly outcome: 'rejected';
  readonly reason: Reason;
  readonly status: number;
  /** Seconds after which the sender may try again; only where trying again can help. */
  readonly retryAfter?: number | undefined;
}

/** What an operator sees of one delivery. Text is bounded and its control characters escaped; it never holds a secret, a computed signature or a body. */
export interface VerdictRecord {
  /** The same opaque id the caller was given. */
  readonly instance: string;
  /** When the delivery's head was read, milliseconds since 1970. */
  readonly at: number;
  readonly outcome: 'accepted' | 'answered' | 'rejected';
  readonly reason?: Reason | undefined;
  readonly status?: number | undefined;
  /** What was found and what to do about it, for a person. */
  readonly detail?: string | undefined;
  /** What the claim store, or a defect, threw, as it was thrown. It may hold anything: log it with care, never answer it. */
  readonly error?: unknown;
  /** True once the signature was right: tells `stale` (a clock, or a retry) from a forgery. */
  readonly authentic: boolean;
  readonly provider: string;
  readonly endpoint: string;
  readonly method: string;
  readonly peerAddress?: string | undefined;
  readonly secretId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly eventType?: string | undefined;
  readonly attempt?: number | undefined;
  readonly bodyBytes?: number | undefined;
  /** Receiver's clock minus the signed time, seconds; only for authentic deliveries. */
  readonly skewSeconds?: number | undefined;
  readonly durationMs: number;
}

/** How a run of the handler ended. */
export interface SettledRecord {
  readonly instance: string;
  readonly provider: string;
  readonly endpoint: string;
  readonly eventId?: string | undefined;
  readonly eventType?: string | undefined;
  readonly attempt: number;
  /** `committed`: done for good. `released`: given back, a retry will run. `uncommitted`: the handler succeeded but the claim could not be committed, so a retry may run it again. `late`: it ended after its run was settled. */
  readonly outcome: 'committed' | 'released' | 'uncommitted' | 'late';
  readonly reason?: Reason | undefined;
  /** What the handler threw, as it was thrown. It may hold anything: log it with care, never answer it. */
  readonly error?: unknown;
  readonly durationMs: number;
}

/** A validator that follows Standard Schema version 1 (https://standardschema.dev): Zod, Valibot, ArkType and others. */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** What a Standard Schema answers. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[] };

/** What a schema makes of the JSON body: the type of `delivery.event`. */
export type SchemaOutput<Schema> = Schema extends StandardSchema<infer Output> ? Output : never;
