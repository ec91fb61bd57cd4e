import { type PostgresClient, queryRow, sqlState } from './client.ts';
import { createIndex, createTable } from './migration.ts';
import type { Table } from './table.ts';

/** What another process that migrates at the same moment makes of a statement: the thing, its type or its row is there already. */
const THERE_ALREADY = ['23505', '42P07', '42710'];

/**
 * Creates what is not there. What is there is not touched, so that a role without the right to create may call it after somebody else has.
 *
 * Each statement is one of its own: that needs neither a transaction nor a lock, and works through a pooler.
 */
export async function migrateTable(client: PostgresClient, table: Table): Promise<void> {
  const found = await queryRow(
    client,
    'SELECT to_regclass($1::text) IS NOT NULL AS "table", to_regclass($2::text) IS NOT NULL AS "index"',
    [table.quoted, table.quotedIndex],
  );
  if (found?.table !== true) await create(client, createTable(table));
  if (found?.index !== true) await create(client, createIndex(table));
}

async function create(client: PostgresClient, statement: string): Promise<void> {
  try {
    await client.query(statement);
  } catch (error) {
    if (THERE_ALREADY.includes(sqlState(error) ?? '')) return;
    throw error;
  }
}
