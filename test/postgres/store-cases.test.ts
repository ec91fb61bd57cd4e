// The list that every claim store is held to, on a real server and on PGlite, races between two pools.
import { PGlite } from '@electric-sql/pglite';
import { migration, postgresStore } from '@postern/postgres';
import { storeCases } from '@postern/testing';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Database, hasPostgres, openPostgres } from '../services/postgres.ts';

describe.skipIf(!(await hasPostgres()))('postgresStore on PostgreSQL', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openPostgres();
    const pool = new Pool({ connectionString: database.url });
    await postgresStore({ client: pool }).migrate();
    await pool.end();
  });
  afterAll(() => database.close());

  for (const one of storeCases)
    it.concurrent(one.title, () =>
      one.run(() => {
        const pools = [0, 1].map(() => new Pool({ connectionString: database.url, max: 8 }));
        const [store, other] = pools.map((client) => postgresStore({ client, timeoutMs: 10_000 }));
        if (store === undefined || other === undefined) throw new Error('two pools make two stores');
        return { store, another: async () => other, close: () => Promise.all(pools.map((pool) => pool.end())) };
      }),
    );
});

describe('postgresStore on PGlite', () => {
  let client: PGlite;
  beforeAll(async () => {
    client = new PGlite();
    await client.exec(migration());
    await postgresStore({ client }).migrate();
  }, 60_000);
  afterAll(() => client.close());

  // Its server is this process, and so its clock is this process's time of day.
  for (const one of storeCases.filter(({ id }) => id !== 'lease-clock'))
    it.concurrent(one.title, () =>
      one.run(() => ({ store: postgresStore({ client, timeoutMs: 10_000 }), close: () => undefined })),
    );
});
