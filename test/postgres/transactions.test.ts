// The claim completed inside the handler's own transaction: the handler's writes and the claim are one act.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { fromEnv, sign } from '@postern/core';
import { webhook } from '@postern/core/fetch';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { postgresStore } from '@postern/postgres';
import { Client, type Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Database, hasPostgres, openPostgres } from '../services/postgres.ts';
import { claim, claimed, createStore, endPools, freshKey, type StoreOnPool } from './rig.ts';

const SECRET = 'test-secret-test-secret-test-secret';

describe.skipIf(!(await hasPostgres()))('a transaction that completes its claim', () => {
  let database: Database;
  let pool: Pool;
  let store: StoreOnPool['store'];
  beforeAll(async () => {
    database = await openPostgres();
    const first = createStore(database.url);
    await first.store.migrate();
    await first.pool.query('CREATE TABLE effects (event text, attempt integer)');
    await endPools();
  });
  beforeEach(() => {
    ({ pool, store } = createStore(database.url));
  });
  afterEach(endPools);
  afterAll(() => database.close());

  async function begin(owner = 'mine', leaseMs = 60_000) {
    const key = freshKey();
    await claim(store, key, owner, { leaseMs });
    return { key, delivery: { claim: { key, owner } } };
  }

  async function effects(event: string): Promise<number> {
    const { rows } = await pool.query('SELECT count(*)::integer AS count FROM effects WHERE event = $1', [event]);
    return rows[0].count;
  }

  /** Resolves when the pool has lent no connection: a store that deletes what is over may have one for a moment. */
  const allGivenBack = () => vi.waitFor(() => expect(pool.idleCount).toBe(pool.totalCount), 5_000);

  const write = (client: Pick<Client, 'query'>, event: string) =>
    client.query('INSERT INTO effects (event) VALUES ($1)', [event]);

  it('commits both, and the receiver is told that it is done', async () => {
    const { key, delivery } = await begin();
    const answer = await store.transaction(delivery, async (client) => {
      await write(client, key);
      return 'the result';
    });
    expect(answer).toBe('the result');
    expect(await effects(key)).toBe(1);
    expect(await store.complete(key, 'mine')).toBe(true);
    expect(await store.release(key, 'mine')).toBe(false);
    expect(await claim(store, key, 'other')).toEqual({ done: true });
  });

  it('commits neither when the handler throws, and passes on what it threw', async () => {
    const { key, delivery } = await begin();
    const mistake = new Error('out of stock');
    const failing = store.transaction(delivery, async (client) => {
      await write(client, key);
      throw mistake;
    });
    await expect(failing).rejects.toBe(mistake);
    expect(await effects(key)).toBe(0);
    expect(await store.release(key, 'mine')).toBe(true);
    expect(await claim(store, key, 'other')).toEqual(claimed(2));
  });

  it('commits neither when a statement failed and the handler went on', async () => {
    const { key, delivery } = await begin();
    const failing = store.transaction(delivery, async (client) => {
      await write(client, key);
      await client.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(failing).rejects.toThrow(/aborted/);
    expect(await effects(key)).toBe(0);
  });

  it.each(['taken over', 'given back', 'forgotten'])('commits neither when the claim was %s meanwhile', async (how) => {
    const { key, delivery } = await begin('mine', how === 'given back' ? 60_000 : 1);
    const failing = store.transaction(delivery, async (client) => {
      await write(client, key);
      if (how === 'given back') await store.release(key, 'mine');
      if (how === 'taken over') await claim(store, key, 'other');
      if (how === 'forgotten') await pool.query('DELETE FROM postern_claims WHERE key = $1', [key]);
    });
    await expect(failing).rejects.toThrow(/passed to another/);
    expect(await effects(key)).toBe(0);
  });

  it('commits neither when the deadline passed before the commit', async () => {
    const { key, delivery } = await begin();
    const deadline = new AbortController();
    const failing = store.transaction({ ...delivery, signal: deadline.signal }, async (client) => {
      await write(client, key);
      deadline.abort(new DOMException('The handler did not end within its deadline.', 'TimeoutError'));
    });
    await expect(failing).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await effects(key)).toBe(0);
    expect(await store.release(key, 'mine')).toBe(true);
  });

  it('does not begin after the deadline', async () => {
    const { delivery } = await begin();
    const late = store.transaction({ ...delivery, signal: AbortSignal.abort() }, () => expect.unreachable());
    await expect(late).rejects.toMatchObject({ name: 'AbortError' });
    await allGivenBack();
  });

  it('lets the owner complete whose lease has lapsed, if nobody followed', async () => {
    const { key, delivery } = await begin('mine', 1);
    await store.transaction(delivery, (client) => write(client, key));
    expect(await effects(key)).toBe(1);
    expect(await claim(store, key, 'other')).toEqual({ done: true });
  });

  it('gives its connection back, whatever happened on it', async () => {
    for (let turn = 0; turn < 30; turn++) {
      const { key, delivery } = await begin();
      await store
        .transaction(delivery, async (client) => {
          await write(client, key);
          if (turn % 2 === 0) throw new Error('no');
        })
        .catch(() => undefined);
    }
    await allGivenBack();
    expect(pool.waitingCount).toBe(0);
    const { rows } = await pool.query(
      "SELECT count(*)::integer AS open FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()",
    );
    expect(rows[0].open).toBe(0);
  });

  it('survives a connection that is cut between two queries, and does not lend it again', async () => {
    const { key, delivery } = await begin();
    const failing = store.transaction(delivery, async (client) => {
      await write(client, key);
      const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
      // Not `once` of node:events, which would also listen for the error.
      const ended = new Promise((resolve) => client.once('end', resolve));
      await pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
      await ended;
    });
    await expect(failing).rejects.toThrow();
    expect(await effects(key)).toBe(0);
    await allGivenBack();
    await store.transaction(delivery, (client) => write(client, key));
    expect(await effects(key)).toBe(1);
  });

  it('does not lend a connection again that cannot roll back: its transaction is open still', async () => {
    const { key, delivery } = await begin();
    const stubborn = {
      query: (text: string, values?: unknown[]) => pool.query(text, values),
      async connect() {
        const client = await pool.connect();
        return {
          query: (text: string, values?: unknown[]) =>
            text === 'ROLLBACK' ? Promise.reject(new Error('not now')) : client.query(text, values),
          release: (error?: Error) => client.release(error),
        };
      },
    };
    const failing = postgresStore({ client: stubborn }).transaction(delivery, async (client) => {
      await client.query('INSERT INTO effects (event) VALUES ($1)', [key]);
      throw new Error('out of stock');
    });
    await expect(failing).rejects.toThrow('out of stock');
    const open = "SELECT FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()";
    const { pool: other } = createStore(database.url);
    await vi.waitFor(async () => expect((await other.query(open)).rows).toEqual([]), 5_000);
  });

  it('refuses a delivery without a claim, with the remedy, and runs nothing', async () => {
    for (const delivery of [{}, { claim: undefined }]) {
      const refused = store.transaction(delivery, () => expect.unreachable());
      await expect(refused).rejects.toMatchObject({ name: 'ConfigurationError', option: 'delivery.claim' });
      await expect(store.completeIn(pool, delivery)).rejects.toThrow(/without completeIn\(\)/);
    }
  });

  it('refuses a client that lends no connections, by name: completeIn does for it', { timeout: 60_000 }, async () => {
    const client = new PGlite();
    const lonely = postgresStore({ client });
    await lonely.migrate();
    const key = freshKey();
    await claim(lonely, key, 'mine');
    const delivery = { claim: { key, owner: 'mine' } };
    const refused = lonely.transaction(delivery, () => expect.unreachable());
    await expect(refused).rejects.toMatchObject({ name: 'ConfigurationError', option: 'postgresStore.client' });
    await expect(
      client.transaction(async (transaction) => {
        await lonely.completeIn(transaction, delivery);
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    expect(await claim(lonely, key, 'other')).toHaveProperty('inFlight');
    await client.transaction((transaction) => lonely.completeIn(transaction, delivery));
    expect(await claim(lonely, key, 'other')).toEqual({ done: true });
    await client.close();
  });

  it('is not run on one connection that is no pool', async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const key = freshKey();
    const lonely = postgresStore({ client });
    await claim(lonely, key, 'mine');
    const refused = lonely.transaction({ claim: { key, owner: 'mine' } }, () => expect.unreachable());
    await expect(refused).rejects.toThrow(/Client/);
    expect(await lonely.complete(key, 'mine')).toBe(true);
    await client.end();
  });

  it('goes from the door to the table: one effect, and the repeat is acknowledged', async () => {
    process.env.TEST_SECRET = SECRET;
    const handle = webhook({ provider: liasonpay(), secrets: fromEnv('TEST_SECRET'), store }, async (delivery) => {
      await store.transaction(delivery, (client) => write(client, delivery.text()));
    });
    const body = JSON.stringify({ event_type: 'payment.paid', number: freshKey() });
    const signed = await sign(liasonpay(), { secret: SECRET, body, timestamp: Math.floor(Date.now() / 1000) });
    const send = async () =>
      (await handle(new Request('http://localhost/', { method: 'POST', headers: signed, body }))).status;
    expect([await send(), await send()]).toEqual([200, 200]);
    expect(await effects(body)).toBe(1);
  });

  it('has each effect once, however often its processes are killed', { timeout: 120_000 }, async () => {
    const events = Array.from({ length: 60 }, (_, index) => `killed-${index}`);
    const program = fileURLToPath(new URL('effect-process.ts', import.meta.url));
    const start = (): ChildProcess =>
      fork(program, [database.url, ...events], {
        execArgv: ['--import', import.meta.resolve('tsx'), '--conditions=@postern/source'],
      });
    let kills = 0;
    const finished = async (): Promise<void> => {
      // Each is killed when it says that it is in the middle of the third of its transactions, until few are left.
      for (;;) {
        const process = start();
        let entered = 0;
        process.on('message', () => {
          if (++entered === 3 && process.kill('SIGKILL')) kills++;
        });
        const [code, signal] = await once(process, 'exit');
        if (code === 0) return;
        expect(signal).toBe('SIGKILL');
      }
    };
    await Promise.all([finished(), finished()]);
    const { rows } = await pool.query(
      "SELECT event, count(*)::integer AS count FROM effects WHERE event LIKE 'killed-%' GROUP BY event",
    );
    expect(rows.map(({ event }) => event).sort()).toEqual([...events].sort());
    expect(rows.filter(({ count }) => count !== 1)).toEqual([]);
    expect(kills).toBeGreaterThan(5);
  });
});
