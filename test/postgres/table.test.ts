// The table: how it comes to be, who may make it, what is said when it is not there, and how it stays small.
import { migration, postgresStore } from '@postern/postgres';
import { Pool } from 'pg';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Database, hasPostgres, openPostgres } from '../services/postgres.ts';
import { claim, claimed, createStore, endPools, freshKey } from './rig.ts';

describe.skipIf(!(await hasPostgres()))('the table of claims', () => {
  const databases: Database[] = [];
  let database: Database;
  beforeEach(async () => {
    database = await openPostgres();
    databases.push(database);
  });
  afterEach(endPools);
  afterAll(() => Promise.all(databases.map((one) => one.close())));

  it('is made by any number of processes at once, and again', async () => {
    const stores = Array.from({ length: 12 }, () => createStore(database.url, { max: 2 }).store);
    await Promise.all(stores.flatMap((store) => [store.migrate(), store.migrate()]));
    for (const store of stores) await store.migrate();
    for (const [index, store] of stores.entries())
      expect(await claim(store, 'k', `${index}`)).toHaveProperty(index === 0 ? 'claimed' : 'inFlight');
  });

  it('is made by the text of migration(), in a schema and with another name too, and again', async () => {
    const pool = createStore(database.url).pool;
    await pool.query('CREATE SCHEMA "Hooks"');
    for (const table of ['postern_claims', 'Seen', 'Hooks.seen', `public.${'t'.repeat(50)}`]) {
      for (let again = 0; again < 2; again++) await pool.query(migration(table));
      const store = postgresStore({ client: pool, table });
      await store.migrate();
      expect(await claim(store, 'k', 'a')).toEqual(claimed(1));
      expect(await store.check()).toEqual([]);
    }
    const { rows } = await pool.query("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%(keep_until)'");
    expect(rows.map(({ indexname }) => indexname).sort()).toEqual([
      'Seen_keep_until',
      'postern_claims_keep_until',
      'seen_keep_until',
      `${'t'.repeat(50)}_keep_until`,
    ]);
  });

  it('gets the index that it lacks', async () => {
    const { pool, store } = createStore(database.url);
    await pool.query(migration());
    await pool.query('DROP INDEX postern_claims_keep_until');
    await store.migrate();
    const { rows } = await pool.query("SELECT to_regclass('postern_claims_keep_until') IS NOT NULL AS there");
    expect(rows).toEqual([{ there: true }]);
  });

  it('may be made by somebody else than its users, who may still call migrate()', async () => {
    const role = `postern_${database.url.slice(-12)}`;
    const { pool, store } = createStore(database.url);
    await pool.query(`CREATE ROLE ${role} LOGIN`);
    const own = new URL(database.url);
    own.username = role;
    const user = createStore(own.href).store;
    try {
      await expect(user.migrate()).rejects.toMatchObject({ code: '42501' });
      await store.migrate();
      await expect(claim(user, 'k', 'a')).rejects.toThrow(/lacks a right to the table postern_claims: GRANT/);
      await pool.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON postern_claims TO ${role}`);
      await user.migrate();
      expect(await claim(user, 'k', 'a')).toEqual(claimed(1));
      expect(await user.complete('k', 'a')).toBe(true);
      expect(await user.prune()).toBe(0);
      expect(await user.check()).toEqual([]);
    } finally {
      await endPools();
      const admin = new Pool({ connectionString: database.url });
      await admin.query(`DROP OWNED BY ${role}`);
      await admin.query(`DROP ROLE ${role}`);
      await admin.end();
    }
  });

  it('is asked for by name where it is not there', async () => {
    const { pool } = createStore(database.url);
    const store = postgresStore({ client: pool, table: 'public.missing' });
    const calls = [
      () => claim(store, 'k', 'a'),
      () => store.complete('k', 'a'),
      () => store.release('k', 'a'),
      () => store.prune(),
      () => store.completeIn(pool, { claim: { key: 'k', owner: 'a' } }),
    ];
    for (const call of calls)
      await expect(call()).rejects.toThrow(/The table public\.missing does not exist: call the store's migrate\(\)/);
  });

  it('is not to be had on a server that only reads', async () => {
    const { store } = createStore(database.url);
    await store.migrate();
    const reader = createStore(database.url, { options: '-c default_transaction_read_only=on' }).store;
    await expect(claim(reader, 'k', 'a')).rejects.toThrow(/read-only, as a standby is: claims need the primary/);
  });

  it('is looked at, and what would lose claims is told', async () => {
    const { pool, store } = createStore(database.url);
    await store.migrate();
    await pool.query('ALTER TABLE postern_claims SET UNLOGGED');
    const hasty = createStore(database.url, { options: '-c synchronous_commit=off' }).store;
    expect(await store.check()).toEqual([expect.stringMatching(/UNLOGGED/)]);
    expect(await hasty.check()).toEqual([
      expect.stringMatching(/UNLOGGED/),
      expect.stringMatching(/synchronous_commit is off/),
    ]);
  });

  it('keeps no digest of the signed bytes of what is done: nothing is compared with it any more', async () => {
    const { pool, store } = createStore(database.url);
    await store.migrate();
    await claim(store, 'k', 'a', { material: 'digest' });
    const materials = async () => (await pool.query('SELECT material FROM postern_claims')).rows;
    expect(await materials()).toEqual([{ material: 'digest' }]);
    await store.complete('k', 'a');
    expect(await materials()).toEqual([{ material: '' }]);
  });

  it('is not pruned of an event that is being claimed anew at that moment', async () => {
    const { pool, store } = createStore(database.url);
    await store.migrate();
    await pool.query("INSERT INTO postern_claims VALUES ('k', 'a', 7, true, now(), now(), '')");
    const connection = await pool.connect();
    await connection.query('BEGIN');
    expect(await claim(postgresStore({ client: connection }), 'k', 'b')).toEqual(claimed(1));
    expect(await store.prune()).toBe(0);
    await connection.query('COMMIT');
    connection.release();
    expect(await claim(store, 'k', 'c')).toHaveProperty('inFlight');
  });

  describe('with a hundred thousand events whose time is over', () => {
    const OVER = 100_000;
    async function fill() {
      const opened = createStore(database.url);
      await opened.store.migrate();
      await opened.pool.query(
        `INSERT INTO postern_claims SELECT 'over-' || n, 'a', 1, true, now(), now() - n * interval '1 ms', '' FROM generate_series(1, $1) AS n`,
        [OVER],
      );
      await opened.pool.query('ANALYZE postern_claims');
      const count = async () => Number((await opened.pool.query('SELECT count(*) FROM postern_claims')).rows[0].count);
      return { ...opened, count };
    }

    it('is pruned in passing, faster than new ones come, a bounded number at once', { timeout: 60_000 }, async () => {
      const { store, count } = await fill();
      for (let index = 0; index < 500; index++) {
        expect(await claim(store, freshKey(), 'a')).toEqual(claimed(1));
        // Prunings are behind the claims, and one at a time: what is counted here waits for them.
        if (index % 50 === 0)
          await vi.waitFor(async () => expect(await count()).toBe(OVER + index + 1 - 100 * (index / 50 + 1)), 10_000);
      }
      expect(await count()).toBe(OVER + 500 - 1_000);
    });

    it('is pruned while claims go on: none waits for a pruning, or fails with it, and a slow one is the only one', async () => {
      const { pool } = await fill();
      const prunings: ((end: Error) => void)[] = [];
      const query = (text: string, values?: unknown[]) =>
        text.includes('pruned') ? new Promise<never>((_, reject) => prunings.push(reject)) : pool.query(text, values);
      const store = postgresStore({ client: { query }, timeoutMs: 10_000 });
      for (let index = 0; index < 120; index++) expect(await claim(store, freshKey(), 'a')).toEqual(claimed(1));
      expect(prunings).toHaveLength(1);
      prunings[0]?.(new Error('no right to delete'));
      for (let index = 0; index < 50; index++) expect(await claim(store, freshKey(), 'a')).toEqual(claimed(1));
      expect(prunings).toHaveLength(2);
    });

    it('is pruned by prune(), from two processes at once, and what is not over stays', {
      timeout: 60_000,
    }, async () => {
      const { pool, store, count } = await fill();
      await claim(store, 'running', 'a');
      await claim(store, 'done', 'a');
      await store.complete('done', 'a');
      await vi.waitFor(() => expect(pool.idleCount).toBe(pool.totalCount));
      const before = await count();
      const counts = await Promise.all([store.prune(), createStore(database.url).store.prune()]);
      expect(counts[0] + counts[1]).toBe(before - 2);
      expect(await count()).toBe(2);
      expect(await claim(store, 'running', 'b')).toHaveProperty('inFlight');
      expect(await claim(store, 'done', 'b')).toEqual({ done: true });
    });

    it('is searched by the index, also for what is over', async () => {
      const { pool } = await fill();
      const statements: string[] = [];
      const spied = postgresStore({
        client: {
          query: (text: string, values?: unknown[]) => {
            statements.push(text);
            return pool.query(text, values);
          },
        },
      });
      await spied.prune();
      const { rows } = await pool.query(`EXPLAIN ${statements[0]?.replace('$1::integer', '100')}`);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toMatch(/postern_claims_keep_until[\s\S]*Index Cond: \(keep_until <=/);
      expect(plan).not.toContain('Seq Scan');
    });
  });
});
