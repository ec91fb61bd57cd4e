import type { Delivery, ReceiverOptions } from '@postern/core';
import type { Sight } from './sight.ts';

/** A framework, or a runtime, that a guard can be mounted in: what the case list is run against. */
export interface Mount {
  /** A short name for tables and messages: `express5`, `bun`. */
  readonly name: string;
  /**
   * Starts a real server on loopback whose every path and method is guarded with these options; `handler` runs for genuine deliveries,
   * and what it returns is sent by the framework's own means.
   *
   * `options` hold what a case needs and no more: a provider in its default settings, one secret as text, limits, hooks, and a clock that stands still.
   * So a mount may carry them to another process. Every call starts with an empty store.
   *
   * @throws ConfigurationError for options that could not work, before anything listens
   */
  serve(options: ReceiverOptions, handler: MountHandler): Promise<RunningServer>;
  /** The same server, but something took the body before the guard could: how a person does that here. */
  readonly spoilt?: Readonly<
    Partial<Record<Spoiling, (options: ReceiverOptions, handler: MountHandler) => Promise<RunningServer>>>
  >;
  /** What is known to be otherwise here, by the id of the case. Each is checked: one that no longer holds fails. */
  readonly differences?: Readonly<Record<string, Difference>>;
}

/** What a case does with a genuine delivery. Returning nothing leaves the answer to the guard. */
export type MountHandler = (delivery: Delivery) => Promise<Reply | undefined> | Reply | undefined;

/** An answer that a handler writes by itself. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What can happen to a body before the guard: a parser read it as JSON, something inflated it, something read the stream and kept nothing. */
export type Spoiling = 'parsed' | 'inflated' | 'consumed';

/** A server that listens on loopback. */
export interface RunningServer {
  readonly port: number;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

/** A known difference of a framework or runtime. */
export interface Difference {
  /** Why it is so, in a sentence. */
  readonly why: string;
  /**
   * The parts of what is expected that are otherwise here, and what is seen in their place: `{ verdicts: ['malformed-signature'] }`.
   * `{ impossible: true }` stands for a way to spoil a body that does not exist here.
   */
  readonly sees: Sight;
}
