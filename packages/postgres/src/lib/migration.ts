import { readTable, type Table } from './table.ts';

/** Where claims are kept, unless the user names another. */
export const DEFAULT_TABLE = 'postern_claims';

/**
 * The SQL that makes the table of claims, for those who apply migrations by a tool of their own. It may be applied again.
 *
 * @param table the name that `postgresStore` is given, `name` or `schema.name`
 * @throws ConfigurationError for a name that is none
 */
export function migration(table: string = DEFAULT_TABLE): string {
  const names = readTable(table, 'migration.table');
  return `${createTable(names)}\n${createIndex(names)}\n`;
}

/** Keys, owners and materials are digests and random tokens: bytes in the collation "C" are compared fastest. */
export function createTable({ quoted }: Table): string {
  return `CREATE TABLE IF NOT EXISTS ${quoted} (
  key text COLLATE "C" PRIMARY KEY, -- a digest of the event's identity
  owner text COLLATE "C" NOT NULL, -- who has claimed it; empty when it was given back
  attempts integer NOT NULL,
  done boolean NOT NULL,
  lease_until timestamptz NOT NULL, -- an unfinished claim may be taken over then
  keep_until timestamptz NOT NULL, -- the event is forgotten then
  material text COLLATE "C" NOT NULL -- a digest of the signed bytes, or empty
);`;
}

/** What is over is found by its time. */
export function createIndex({ quoted, index }: Table): string {
  return `CREATE INDEX IF NOT EXISTS ${index} ON ${quoted} (keep_until);`;
}
