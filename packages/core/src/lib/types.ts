// The public types that more than one room speaks of. A type that belongs to one room lives there.
import type { Claim } from './claims/contract.ts';
import type { Tolerance } from './freshness.ts';
import type { Handshake } from './handshake/handshake.ts';
import type { JsonTemplate } from './handshake/template.ts';
import type { RemoteKeys } from './keys/remote-keys.ts';
import type { VerdictKind } from './kind.ts';
import type { Reason } from './reasons.ts';
import type { HeaderLines } from './scheme/header-reader.ts';
import type { Place } from './scheme/place.ts';
import type { Scheme } from './scheme/scheme.ts';
import type { Subscription } from './subscription/confirm-by-url.ts';

/** What is known of a request before its body is read. */
export interface RequestHead {
  readonly method: string;
  /** The request target as it was sent, path and query. */
  readonly url: string;
  readonly headers: HeaderLines;
  /** The address of the socket's other end, as text; absent where the runtime has no sockets. */
  readonly peerAddress?: string | undefined;
  /** The client's address, canonical: what a receiver has found out from the peer's and, with `trustProxy`, its header. Callers leave it out. */
  readonly clientAddress?: string | undefined;
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

/** Where a value of a delivery stands: a header, a parameter of the query, a field of the form body, or a path of keys (`data.id`) in the JSON body. */
export type Field = Place;

/** The answer a sender takes for "received": 200 and an empty body unless its documentation asks for something else. */
export interface Acknowledgement {
  readonly status: number;
  /** Default: `application/json` with `json`, none with `body`. */
  readonly contentType?: string;
  /** The same for every delivery. Default: empty. */
  readonly body?: string;
  /** In place of `body`: JSON that repeats fields of the delivery, signed or not. */
  readonly json?: JsonTemplate;
}

/** The answer a sender takes for "try again", in its own words: in place of the generic one, and for genuine deliveries only. */
export interface Failure extends Omit<Acknowledgement, 'status'> {
  /** 500 to 599. Default 503. */
  readonly status?: number;
}

/** `published`: a value that the vendor published passes. `sdk`: the vendor's own library agrees, both ways. `recipe`: a recipe written from the vendor's page by another hand agrees. */
export type ProofLevel = 'published' | 'sdk' | 'recipe';

/**
 * Where a delivery says which system sent it, and in which words. The place is signed, and what stands there is compared as text in either case: JSON's
 * booleans and numbers as they are written, `'true'`, `'1'`.
 */
export type EnvironmentMarker = Field & {
  readonly live: string;
  readonly sandbox: string;
  /** What a delivery without it is, where the vendor does not always send it; `'either'` where that tells nothing. Default: such a delivery is refused. */
  readonly absent?: 'live' | 'sandbox' | 'either';
};

/** Addresses that a vendor publishes. Lists go out of date: this one says when it was read, and on which page. */
export interface PublishedAddresses {
  /** Empty where only `hosts` or a `list` is published. */
  readonly ranges: readonly string[];
  /** Names that resolve to the addresses it sends from, for `hostsFrom('provider')`. */
  readonly hosts?: readonly string[] | undefined;
  /** The list as a program can fetch it, for `rangesFrom('provider')`. */
  readonly list?: string | undefined;
  /** The day it was read: `2026-11-27`. */
  readonly asOf: string;
  readonly source: string;
}

/** A sender of webhooks, as data: made by `defineProvider`, frozen, and the only thing that verifying, signing and diagnosing know of it. */
export interface Provider {
  /** The registered name, as it stands in records, claim keys and case files. */
  readonly name: string;
  /** The vendor's page on verifying its webhooks. */
  readonly docs?: string | undefined;
  readonly scheme: Scheme;
  /** Where the vendor's keys can be fetched from: a receiver with an empty list of secrets does so. */
  readonly remoteKeys?: RemoteKeys | undefined;
  /** How a subscription is confirmed, where the vendor asks for that. */
  readonly subscription?: Subscription | undefined;
  /** The window for the signed time; absent where the scheme signs none. */
  readonly tolerance?: Tolerance | undefined;
  readonly methods: readonly string[];
  readonly maxBodyBytes: number;
  /** For how long the sender may repeat a delivery, in hours. */
  readonly retryHours: number;
  /** `resigned`: a retry carries a time and a signature of its own. Absent where nobody says. */
  readonly retries?: 'resigned' | 'identical' | undefined;
  /** How it is shown that this data is right. */
  readonly proof?: ProofLevel | undefined;
  /** Parts of a delivery that the signature leaves open, in the vendor's words for them. */
  readonly unsigned: readonly string[];
  /** How deliveries of the live system are told from those of the test system. */
  readonly environment?: EnvironmentMarker | undefined;
  /** The addresses that the vendor publishes. */
  readonly addresses?: PublishedAddresses | undefined;
  /** Where the event id stands, if it is signed. */
  readonly eventId?: Field | undefined;
  /** Where the event's type stands, signed or not: `delivery.covers.type` says which. Of several places, the first that has one counts. */
  readonly eventType: readonly Field[];
  readonly acknowledgement: Acknowledgement;
  /** What it is told when its delivery is given back. Absent: the generic answer. */
  readonly failure?: Failure | undefined;
  /** The questions that it asks of an endpoint. */
  readonly handshakes: readonly Handshake[];
  /** Statuses this sender demands in place of the usual ones. */
  readonly statuses: Readonly<Partial<Record<Reason, number>>>;
}

/** What the signature protects. A field that is `false` may have been written by anyone who holds one genuine delivery. */
export interface Covers {
  readonly body: boolean;
  readonly timestamp: boolean;
  readonly id: boolean;
  readonly type: boolean;
  /** The fields of the body that are signed, where the body as a whole is not: only these may be believed. */
  readonly fields: readonly string[];
  /** What the vendor leaves open, in its words. */
  readonly unsigned: readonly string[];
}

/** A payment as the provider itself reports it, found equal to the order in your own records. */
export interface Confirmed {
  /** The provider's id of the payment, as it was asked for. */
  readonly id: string;
  /** Your reference, as the provider reports it. */
  readonly reference: string;
  /** The amount in the currency's main unit: `'10000'`, `'10000.5'`. Absent where the provider reports none. */
  readonly amount: string | undefined;
  /** The ISO 4217 code. */
  readonly currency: string | undefined;
  /** The provider's own word or number for what became of it, in lower case. */
  readonly status: string;
  /**
   * What that means. Only `paid` is money. A payment that is not decided yet reaches no handler, except as `pending` where the notice itself was
   * vouched for (PayPal's IPN), since it would say the same at its next try.
   */
  readonly outcome: 'paid' | 'failed' | 'reversed' | 'pending';
  readonly environment: 'live' | 'sandbox';
  /** The whole answer as JSON, parsed once; `undefined` where the provider answers in one word. @throws VerificationError `invalid-payload` when it carries a `__proto__` key */
  json<T = unknown>(): T;
}

/** A genuine delivery. Everything it holds was read from the verified bytes, except where `covers` says otherwise. */
export interface Delivery<Event = unknown> {
  readonly provider: string;
  readonly endpoint: string;
  /** Whose secret signed it, where the secrets name tenants. */
  readonly tenant: string | undefined;
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
  /** The body as JSON, parsed once; of a token that is the whole body, its claims. @throws VerificationError `invalid-payload` when it is not JSON, or carries a `__proto__` or `constructor.prototype` key */
  json<T = unknown>(): T;
  /** The body as an `application/x-www-form-urlencoded` form, parsed once. */
  form(): URLSearchParams;
  /** What `schema` made of the JSON body. */
  readonly event: Event;
  readonly covers: Covers;
  /**
   * Only while a receiver observes (option `observe`): why this delivery would not have reached the handler, `'duplicate'` for an event that was
   * handled before. Of one whose signature was not right nothing is vouched for: `id`, `type`, `timestamp` and `tenant` are absent, `secretId` is
   * empty, and `covers` is false throughout. `event` is absent where `schema` refused the body.
   */
  readonly observed: Reason | 'duplicate' | undefined;
  /** What the provider answered when it was asked back: believe this, and not the body. Only with the option `confirm`. */
  readonly confirmed: Confirmed | undefined;
  /** 1 for the first run of this event, 2 for the first run after a failure, … */
  readonly attempt: number;
  /** True when an earlier run was started and did not finish: outside effects of it may already exist. */
  readonly previouslyStarted: boolean;
  /** The claim it runs under, for stores that complete it inside your own transaction. Absent without a store (`verify`), and where the store failed and `storeFailure` is `'open'`: then nothing keeps a repeat from running too. */
  readonly claim: Claim | undefined;
  /** Aborts when the handler's deadline passes, and when a draining server can wait no longer. */
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

/** What an operator sees of one delivery. Text is bounded and its control characters escaped; it never holds a secret, a computed signature or a body. Frozen: what one hook is told, the next is too. */
export interface VerdictRecord {
  /** The same opaque id the caller was given. */
  readonly instance: string;
  /** When the delivery's head was read, milliseconds since 1970. */
  readonly at: number;
  readonly outcome: 'accepted' | 'answered' | 'rejected';
  /** What it means to whoever watches: forged, authentic but stale, seen before, our own fault. */
  readonly kind: VerdictKind;
  readonly reason?: Reason | undefined;
  readonly status?: number | undefined;
  /** False where this is what would have been: the receiver observes (option `observe`), and the handler ran all the same. Absent otherwise. */
  readonly enforced?: boolean | undefined;
  /** What was found and what to do about it, for a person. */
  readonly detail?: string | undefined;
  /** What the claim store, or a defect, threw, as it was thrown, or what a provider answered that was asked back. It may hold anything: log it with care, never answer it. */
  readonly error?: unknown;
  /** True once the signature was right: tells `stale` (a clock, or a retry) from a forgery. */
  readonly authentic: boolean;
  readonly provider: string;
  readonly endpoint: string;
  readonly tenant?: string | undefined;
  readonly method: string;
  /** The socket's other end, as the runtime tells it. Behind a proxy, the proxy. */
  readonly peerAddress?: string | undefined;
  /** The address that `allow` was held against, in its one canonical spelling: the peer's, or what a trusted proxy told. Absent where it is not known. */
  readonly clientAddress?: string | undefined;
  readonly secretId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly eventType?: string | undefined;
  readonly attempt?: number | undefined;
  /** False for a delivery that was accepted though the store had failed (`storeFailure: 'open'`). */
  readonly claimed?: boolean | undefined;
  readonly bodyBytes?: number | undefined;
  /** Receiver's clock minus the signed time, seconds; only for authentic deliveries. */
  readonly skewSeconds?: number | undefined;
  readonly durationMs: number;
}

/** How a run of the handler ended. Frozen, as the record of its verdict is, which has the same `instance`. */
export interface SettledRecord {
  readonly instance: string;
  /** When it ended, milliseconds since 1970. */
  readonly at: number;
  readonly provider: string;
  readonly endpoint: string;
  readonly tenant?: string | undefined;
  readonly eventId?: string | undefined;
  readonly eventType?: string | undefined;
  readonly attempt: number;
  /** `committed`: done for good. `released`: given back, a retry will run. `uncommitted`: the handler succeeded but the claim could not be committed, so a retry may run it again. `unclaimed`: it ran without a claim, since the store had failed and `storeFailure` is `'open'`, or since `observe` let it through. `late`: it ended after its run was settled. */
  readonly outcome: 'committed' | 'released' | 'uncommitted' | 'unclaimed' | 'late';
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
