import { type Claim, type ClaimRequest, type ClaimResult, type ClaimStore, ConfigurationError } from '@postern/core';
import { explainError, isAnswerLost, isConflict, isLocked, type PostgresClient, queryRow, type Row } from './client.ts';
import { limitWaiting } from './limit-waiting.ts';
import { migrateTable } from './migrate.ts';
import { DEFAULT_TABLE } from './migration.ts';
import { readOptions } from './options.ts';
import { writeStatements } from './statements.ts';
import { readTable } from './table.ts';
import { runTransaction } from './transaction.ts';

/** Options of `postgresStore`. */
export interface PostgresStoreOptions<Client extends PostgresClient = PostgresClient> {
  /** A `Pool` of `pg`, or anything with its `query(text, values)`. The store opens and closes no connection by itself. */
  readonly client: Client;
  /** The table, `name` or `schema.name`. Default `postern_claims`. */
  readonly table?: string | undefined;
  /** How long the database may take to answer, milliseconds. Default 1,000. Beyond it the delivery is refused with 503. */
  readonly timeoutMs?: number | undefined;
}

/** What `transaction` lends: a connection of the pool that the store was given, with that pool's own type. */
export type PostgresConnection<Client> = Client extends {
  connect: { (): Promise<infer Connection extends PostgresClient>; (...rest: never[]): unknown };
}
  ? Connection
  : PostgresClient;

/** What of a delivery a transaction needs. */
export interface ClaimedDelivery {
  readonly claim?: Claim | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Claims in PostgreSQL. */
export interface PostgresStore<Client extends PostgresClient = PostgresClient> extends ClaimStore {
  check(): Promise<readonly string[]>;
  /**
   * Completes the delivery's claim inside your own transaction on `client`: your writes and the claim are committed together, or neither is.
   *
   * @throws Error when the claim has passed to another, or the delivery has none: roll back then
   */
  completeIn(client: PostgresClient, delivery: ClaimedDelivery): Promise<void>;
  /**
   * Runs `work` in a transaction on a connection of the pool, completes the delivery's claim in it, and commits. Whatever is thrown rolls it back, and so does the handler's deadline.
   *
   * @throws ConfigurationError when the store's client is no pool
   */
  transaction<Result>(
    delivery: ClaimedDelivery,
    work: (client: PostgresConnection<Client>) => Result | Promise<Result>,
  ): Promise<Result>;
  /** Makes the table and its index where they are not there. May be called by any number of processes, at once and again. */
  migrate(): Promise<void>;
  /** Deletes the events whose time is over, in small batches, and resolves to their number. Claims delete some in passing, so this is for tables that have grown. */
  prune(): Promise<number>;
}

/** An answer can be lost, and another process can be quicker. More often than this in a row, something else is wrong. */
const MOST_TRIES = 5;

/** When a claim is being decided on by another transaction, the sender is asked to wait so long, milliseconds. */
const HELD_MS = 1_000;

/** What another transaction has locked is asked for again after so long, milliseconds. */
const LOCKED_MS = 20;

/** With one claim in so many, what is over is deleted, and twice as many rows at the most: faster than new ones come, without timers. */
const CLAIMS_BETWEEN_PRUNES = 50;
const PRUNED_IN_PASSING = 2 * CLAIMS_BETWEEN_PRUNES;
const PRUNED_AT_ONCE = 1_000;

/**
 * Keeps claims in PostgreSQL 12 or later, for any number of processes. Each method is one statement, by the server's clock.
 *
 * @throws ConfigurationError for an option that could not work
 */
export function postgresStore<Client extends PostgresClient>(
  options: PostgresStoreOptions<Client>,
): PostgresStore<Client> {
  const { client, timeoutMs } = readOptions(options);
  const table = readTable(options.table === undefined ? DEFAULT_TABLE : options.table, 'postgresStore.table');
  const statements = writeStatements(table);
  const inTime = limitWaiting(timeoutMs);
  let claims = 0;
  let pruning = false;

  /** Asks, and once more where the answer may have been lost and there is time: the same owner asks, and is recognised. */
  async function ask(text: string, values: unknown[], until: number): Promise<Row | undefined> {
    try {
      return await queryRow(client, text, values);
    } catch (error) {
      if (!isAnswerLost(error) || performance.now() >= until) throw error;
      return queryRow(client, text, values);
    }
  }

  /** Asks until the statement has seen the row as it is: what a quicker process has done shows at the next look. */
  async function tryClaim(values: unknown[], until: number): Promise<ClaimResult> {
    for (let tries = 1; tries <= MOST_TRIES && performance.now() < until; tries++) {
      const row = await ask(statements.claim, values, until).catch((error: unknown) => {
        if (isConflict(error)) return { state: 'raced' };
        throw error;
      });
      const result = row === undefined ? undefined : readResult(row);
      if (result !== undefined) return result;
      if (row?.state === 'held' && tries > 1) return { inFlight: true, retryAfterMs: HELD_MS };
    }
    throw new Error(`Other processes were quicker at each of ${MOST_TRIES} tries to claim an event.`);
  }

  async function settle(text: string, key: string, owner: string): Promise<boolean> {
    const until = performance.now() + timeoutMs;
    const settled = async (): Promise<boolean> => {
      try {
        return (await ask(text, [key, owner], until)) !== undefined;
      } catch (error) {
        if (!isLocked(error) || performance.now() + LOCKED_MS >= until) throw error;
        await new Promise((resolve) => setTimeout(resolve, LOCKED_MS));
        return settled();
      }
    };
    return explained(inTime(settled));
  }

  /** Takes a claim back of which nobody has heard: the event waits for no lease, and no attempt is counted that never began. */
  async function undo(key: string, owner: string): Promise<void> {
    await client.query(statements.undo, [key, owner]);
  }

  async function pruneSome(most: number): Promise<number> {
    return Number((await queryRow(client, statements.prune, [most]))?.pruned);
  }

  /** No claim waits for it, or fails with it. One at a time, so that a slow one holds one connection. */
  async function pruneInPassing(): Promise<void> {
    if (pruning) return;
    pruning = true;
    await pruneSome(PRUNED_IN_PASSING).catch(() => undefined);
    pruning = false;
  }

  async function explained<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      throw explainError(error, table.name);
    }
  }

  const store: PostgresStore<Client> = {
    async claim(key: string, { owner, leaseMs, keepMs, material = '', retryOnly = false }: ClaimRequest) {
      const until = performance.now() + timeoutMs;
      const values = [key, owner, leaseMs, keepMs, material, retryOnly];
      const result = await explained(
        inTime(
          () =>
            tryClaim(values, until).catch((error: unknown) => {
              if (isAnswerLost(error)) undo(key, owner).catch(() => undefined);
              throw error;
            }),
          (late) => ('claimed' in late ? undo(key, owner) : undefined),
        ),
      );
      if (claims++ % CLAIMS_BETWEEN_PRUNES === 0) void pruneInPassing();
      return result;
    },
    complete: (key, owner) => settle(statements.complete, key, owner),
    release: (key, owner) => settle(statements.release, key, owner),
    async completeIn(connection, delivery) {
      const { key, owner } = claimOf(delivery);
      const row = await explained(queryRow(connection, statements.complete, [key, owner]));
      if (row === undefined)
        throw new Error('The claim of this delivery has passed to another run: roll back, that run does the work.');
    },
    async transaction<Result>(
      delivery: ClaimedDelivery,
      work: (client: PostgresConnection<Client>) => Result | Promise<Result>,
    ) {
      claimOf(delivery);
      const workAndComplete = async (connection: PostgresConnection<Client>) => {
        const result = await work(connection);
        await store.completeIn(connection, delivery);
        return result;
      };
      return runTransaction(client, workAndComplete, delivery.signal);
    },
    migrate: () => migrateTable(client, table),
    async prune() {
      let pruned = 0;
      for (;;) {
        const batch = await explained(pruneSome(PRUNED_AT_ONCE));
        pruned += batch;
        if (batch < PRUNED_AT_ONCE) return pruned;
      }
    },
    async check() {
      const found = await explained(inTime(() => queryRow(client, statements.check, [])));
      return WARNINGS.filter(([sign]) => found?.[sign] === true).map(([, say]) => say(table.name));
    },
  };
  return Object.freeze(store);
}

/** Undefined when another process was quicker, and the answer says nothing. */
function readResult({ state, attempt, rest }: Row): ClaimResult | undefined {
  if (state === 'claimed') return { claimed: true, attempt: Number(attempt), previouslyStarted: Number(attempt) > 1 };
  if (state === 'running') return { inFlight: true, retryAfterMs: Number(rest) };
  if (state === 'done') return { done: true };
  return state === 'unknown' ? { unknown: true } : undefined;
}

function claimOf({ claim }: ClaimedDelivery): Claim {
  if (claim !== undefined) return claim;
  throw new ConfigurationError(
    'missing-option',
    'delivery.claim',
    "this delivery runs under no claim, as one of verify() or one let in by storeFailure: 'open' does: commit your work without completeIn() and transaction().",
  );
}

const WARNINGS: readonly (readonly [sign: string, say: (table: string) => string])[] = [
  [
    'volatile',
    (table) =>
      `The table ${table} is UNLOGGED or TEMPORARY: PostgreSQL empties it after a crash, and finished events would run again. ALTER TABLE ${table} SET LOGGED.`,
  ],
  [
    'hasty',
    () =>
      'synchronous_commit is off: a crash of PostgreSQL forgets the last moments, and events finished in them run again. Set it to on for the role of this store.',
  ],
  ['unsafe', () => 'fsync is off: a crash of its machine can ruin the database, claims and all. Set it to on.'],
];
