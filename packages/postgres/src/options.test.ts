import { ConfigurationError } from '@postern/core';
import { describe, expect, it } from 'vitest';
import { migration, type PostgresStoreOptions, postgresStore } from './index.ts';

/** A client that nobody asks. */
const client = { query: () => Promise.reject(new Error('asked')) };

const refused = (make: () => unknown) => {
  try {
    make();
  } catch (error) {
    if (error instanceof ConfigurationError) return [error.code, error.option];
    throw error;
  }
  return 'not refused';
};

describe('postgresStore', () => {
  it.each([
    [undefined, 'invalid-option', 'postgresStore'],
    [{}, 'missing-option', 'postgresStore.client'],
    [{ client: 'postgres://localhost' }, 'invalid-option', 'postgresStore.client'],
    [{ client: null }, 'invalid-option', 'postgresStore.client'],
    [{ client, tabel: 'claims' }, 'unknown-option', 'postgresStore.tabel'],
    [{ client, timeoutMs: 0 }, 'invalid-limit', 'postgresStore.timeoutMs'],
    [{ client, timeoutMs: 1.5 }, 'invalid-limit', 'postgresStore.timeoutMs'],
    [{ client, timeoutMs: '500' }, 'invalid-limit', 'postgresStore.timeoutMs'],
    [{ client, timeoutMs: 2 ** 31 }, 'invalid-limit', 'postgresStore.timeoutMs'],
  ])('refuses %o', (options, code, option) => {
    expect(refused(() => postgresStore(options as unknown as PostgresStoreOptions))).toEqual([code, option]);
  });

  it.each([
    '',
    'a b',
    'claims; DROP TABLE users',
    'claims"',
    'a.b.c',
    '.claims',
    'claims.',
    '1st',
    'größe',
    'claims\n',
    'x'.repeat(51),
    7,
    null,
  ])('refuses the table %o, and so does migration', (table) => {
    expect(refused(() => postgresStore({ client, table: table as string }))).toEqual([
      'invalid-option',
      'postgresStore.table',
    ]);
    expect(refused(() => migration(table as string))).toEqual(['invalid-option', 'migration.table']);
  });

  it.each(['claims', '_claims', 'Claims', 'app.claims', 'x'.repeat(50)])('takes the table %s', (table) => {
    expect(() => postgresStore({ client, table })).not.toThrow();
    expect(migration(table)).toContain(
      table
        .split('.')
        .map((part) => `"${part}"`)
        .join('.'),
    );
  });

  it('asks nothing when it is made', () => {
    expect(() => postgresStore({ client })).not.toThrow();
  });
});
