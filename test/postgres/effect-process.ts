// Handles events in transactions of the store until all are done, for a test that kills it. Says when it is in the middle of one.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { postgresStore } from '@postern/postgres';
import { Pool } from 'pg';

const [url, ...events] = process.argv.slice(2);
const pool = new Pool({ connectionString: url });
const store = postgresStore({ client: pool, timeoutMs: 10_000 });
const open = new Set(events);

while (open.size > 0) {
  for (const key of open) {
    const owner = randomUUID();
    const answer = await store.claim(key, { owner, leaseMs: 400, keepMs: 3_600_000 });
    if ('done' in answer) open.delete(key);
    if (!('claimed' in answer)) continue;
    await store.transaction({ claim: { key, owner } }, async (client) => {
      await client.query('INSERT INTO effects (event, attempt) VALUES ($1, $2)', [key, answer.attempt]);
      process.send?.('in the middle');
      // As long as it takes to be killed, for those that are.
      await sleep(Math.random() * 10);
    });
  }
  await sleep(20);
}
await pool.end();
process.disconnect?.();
