/** What the store asks of a client, a connection or a transaction: `query` of `pg`, or anything like it. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** One row of an answer, with nothing known of its fields. */
export type Row = Readonly<Record<string, unknown>>;

/** Asks, and reads the first row. */
export async function queryRow(client: PostgresClient, text: string, values: unknown[]): Promise<Row | undefined> {
  const { rows } = await client.query(text, values);
  return rows[0] as Row | undefined;
}

/** The five characters by which PostgreSQL names an error; undefined for an error that is not the server's. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  // Node's own codes are words, and `EPIPE` is one of five letters.
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && code !== 'EPIPE' ? code : undefined;
}

/** True when the server may have run the statement although no answer came: the connection broke, or the server was stopped. */
export function isAnswerLost(error: unknown): boolean {
  const state = sqlState(error);
  return state === undefined || state.startsWith('08') || state.startsWith('57P');
}

/** True when the server has undone the statement because of another transaction: it may be asked again. */
export function isConflict(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40001' || state === '40P01';
}

/** True when a statement that waits for no lock has met one. */
export function isLocked(error: unknown): boolean {
  return sqlState(error) === '55P03';
}

/** The error that a user can act on, where the server's own words do not say what to do. */
export function explainError(error: unknown, table: string): unknown {
  const code = sqlState(error);
  const remedy = code === undefined ? undefined : REMEDIES[code];
  return remedy === undefined ? error : Object.assign(new Error(remedy(table), { cause: error }), { code });
}

const REMEDIES: Readonly<Record<string, (table: string) => string>> = {
  '42P01': (table) =>
    `The table ${table} does not exist: call the store's migrate() once, or apply the SQL that migration() returns.`,
  '42501': (table) =>
    `The database role lacks a right to the table ${table}: GRANT SELECT, INSERT, UPDATE, DELETE on it, and USAGE of its schema.`,
  '25006': () => 'This PostgreSQL server or session is read-only, as a standby is: claims need the primary.',
  '55P03': () => "Another transaction, such as the handler's own, holds this claim and will decide on it.",
};
