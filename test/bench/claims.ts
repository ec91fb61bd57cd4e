// What a claim costs: claims and commits a second, the time one delivery waits for them, and the bytes that one remembered event takes.
//
// The stores take turns in shuffled order, round by round; the figure to compare is the ratio to the memory store of the same round.
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { type ClaimStore, memoryStore } from '@postern/core';
import { postgresStore } from '@postern/postgres';
import { redisStore } from '@postern/redis';
import { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { Pool } from 'pg';
import { openPostgres } from '../services/postgres.ts';
import { openRedis } from '../services/redis.ts';

const ROUNDS = 7;
/** How long one store runs in one round, milliseconds. */
const BATCH_MS = 500;
/** Deliveries at once: what one process of an application may have. */
const AT_ONCE = 32;
const ENTRIES = 1_000_000;

interface Contestant {
  readonly name: string;
  readonly store: ClaimStore;
  readonly rates: number[];
  readonly waits: number[];
}

const LEASE = { leaseMs: 35_000, keepMs: 259_200_000 };

const redis = await openRedis();
const postgres = await openPostgres();
const client = new Redis(redis.url);
const pool = new Pool({ connectionString: postgres.url, max: AT_ONCE });
// A database that is dropped ends the connections that linger in the pool.
pool.on('error', () => undefined);
const prefix = `postern-bench-${randomUUID()}:`;
const inPostgres = postgresStore({ client: pool });
await inPostgres.migrate();
const contestants: Contestant[] = [
  { name: 'memory', store: memoryStore(), rates: [], waits: [] },
  { name: 'redis', store: redisStore({ client, prefix, timeoutMs: 5_000 }), rates: [], waits: [] },
  { name: 'postgres', store: postgresStore({ client: pool, timeoutMs: 5_000 }), rates: [], waits: [] },
];
for (let round = 0; round <= ROUNDS; round++)
  for (const contestant of contestants.sort(() => Math.random() - 0.5)) await run(contestant, round === 0);
contestants.sort((a, b) => quantile(b.rates, 0.5) - quantile(a.rates, 0.5));
const memory = contestants.find(({ name }) => name === 'memory');
const stores = contestants.map(({ name, rates, waits }) => ({
  name,
  claimsPerSecond: Math.round(quantile(rates, 0.5)),
  ratioToMemory: quantile(
    rates.map((rate, round) => rate / (memory?.rates[round] ?? Number.NaN)),
    0.5,
  ),
  addedMsMedian: quantile(waits, 0.5),
  addedMsP99: quantile(waits, 0.99),
}));
for await (const keys of client.scanStream({ match: `${prefix}*`, count: 1000 }))
  if ((keys as string[]).length > 0) await client.unlink(...(keys as string[]));
client.disconnect();
await pool.end();
await postgres.close();
await redis.close();

const bytes = [
  { name: 'memoryStore, finished events', bytes: await weigh(fillMemory(true)) },
  { name: 'memoryStore, given back', bytes: await weigh(fillMemory(false)) },
  { name: 'lru-cache with a ttl, key and true', bytes: await weigh(fillLru) },
];
report();

/** One claim and its commit, for `AT_ONCE` deliveries at once, until the time is over. */
async function run({ store, rates, waits }: Contestant, warming: boolean): Promise<void> {
  let claims = 0;
  const began = performance.now();
  const lane = async () => {
    while (performance.now() - began < BATCH_MS) {
      const key = randomKey();
      const owner = randomToken();
      const start = performance.now();
      const result = await store.claim(key, { owner, ...LEASE });
      if (!('claimed' in result) || !(await store.complete(key, owner))) throw new Error('a claim was not to be had');
      claims++;
      if (!warming) waits.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  if (!warming) rates.push((claims / (performance.now() - began)) * 1000);
}

/** Heap bytes an entry, with what holds it kept until it has been weighed. */
async function weigh(fill: () => Promise<unknown>): Promise<number> {
  const heap = () => {
    for (let i = 0; i < 4; i++) globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = heap();
  const held = await fill();
  const after = heap();
  if (held === undefined) throw new Error('nothing was held');
  return Math.round((after - before) / ENTRIES);
}

function fillMemory(finished: boolean): () => Promise<unknown> {
  return async () => {
    const store = memoryStore({ maxEntries: ENTRIES });
    for (let i = 0; i < ENTRIES; i++) {
      const key = randomKey();
      const owner = randomToken();
      await store.claim(key, { owner, ...LEASE });
      await (finished ? store.complete(key, owner) : store.release(key, owner));
    }
    return store;
  };
}

async function fillLru(): Promise<unknown> {
  const cache = new LRUCache<string, boolean>({ max: ENTRIES, ttl: LEASE.keepMs });
  for (let i = 0; i < ENTRIES; i++) cache.set(randomKey(), true);
  return cache;
}

/** As the receiver makes it: 32 bytes in base64. */
function randomKey(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64');
}

/** As the receiver makes it: 16 bytes in base64url. */
function randomToken(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url');
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
}

function report(): void {
  if (process.argv.includes('--json')) {
    console.log(
      JSON.stringify(
        { node: process.version, rounds: ROUNDS, atOnce: AT_ONCE, stores, entries: ENTRIES, bytes },
        null,
        2,
      ),
    );
    return;
  }
  console.log(`\nClaims: ${AT_ONCE} at once, each claimed and committed; ${ROUNDS} shuffled rounds, medians.`);
  for (const { name, claimsPerSecond, ratioToMemory, addedMsMedian, addedMsP99 } of stores)
    console.log(
      `  ${name.padEnd(10)}${String(claimsPerSecond).padStart(9)} a second  x ${ratioToMemory.toFixed(3)} of memory   adds ${addedMsMedian.toFixed(2)} ms to a delivery, p99 ${addedMsP99.toFixed(2)} ms`,
    );
  console.log(`\nBytes of heap for one of ${ENTRIES.toLocaleString('en')} entries.`);
  for (const { name, bytes: each } of bytes) console.log(`  ${name.padEnd(36)}${String(each).padStart(5)}`);
}
