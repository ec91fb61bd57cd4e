// What the test's process and a runtime's process say to each other, as JSON over loopback.

import type { Claim, ConfigurationErrorCode, Covers, ReceiverOptions, Secrets } from '@postern/core';
import type { Reply, Spoiling } from '@postern/testing';

/** The options of a receiver that are plain values. */
export type PlainOptions = Partial<
  Pick<
    ReceiverOptions,
    | 'endpoint'
    | 'toleranceSeconds'
    | 'maxBodyBytes'
    | 'bodyTimeoutMs'
    | 'maxHeldBytes'
    | 'eventId'
    | 'keepHours'
    | 'handlerTimeoutMs'
  >
>;

/** What to guard with from now on. */
export interface Configuration {
  /** Names this configuration in every message about it. */
  readonly id: number;
  /** The provider's registered name, and the settings it is made with. */
  readonly provider: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Secrets;
  readonly options: PlainOptions;
  /** The clock, milliseconds since 1970: it stands still. `null` stands for one that gives no number. */
  readonly now: number | null;
  /** What takes the body before the guard. */
  readonly spoilt: Spoiling | null;
}

/** A ConfigurationError, as it travels. */
export interface Fault {
  readonly code: ConfigurationErrorCode;
  readonly option: string;
  readonly message: string;
}

/** The answer to a configuration: where its server listens, or why there is none. */
export type Configured = { readonly port: number } | { readonly fault: Fault };

/** The answer to closing a server: how many messages about its configuration were sent. */
export interface Closed {
  readonly sent: number;
}

/** What a method of a delivery gave, or the error it threw. */
export type Told<Value> = { readonly value: Value } | { readonly code: string; readonly message: string };

/** A delivery, as it travels. Everything in it was read by the runtime. */
export interface SentDelivery {
  readonly provider: string;
  readonly endpoint: string;
  readonly tenant: string | null;
  readonly claim: Claim | null;
  readonly id: string | null;
  readonly type: string | null;
  readonly timestamp: number | null;
  readonly secretId: string;
  /** In base64. */
  readonly body: string;
  readonly text: Told<string>;
  readonly json: Told<unknown>;
  readonly form: Told<[name: string, value: string][]>;
  readonly covers: Covers;
  readonly attempt: number;
  readonly previouslyStarted: boolean;
}

/** What a handler in the test's process does, one line of JSON each, in order. The last one is `return` or `throw`. */
export type Deed =
  | { readonly does: 'acknowledge' | 'fail' | 'throw' }
  | { readonly does: 'return'; readonly reply: Reply | null };
