import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { StoreAddress, StoreName } from '../stores/address.ts';
import { type OwnSupply, startSupply } from '../stores/supply.ts';
import { startFleet } from './fleet.ts';
import { type Finding, judge } from './judge.ts';
import { readLedgers } from './ledger-file.ts';
import { bringAbout } from './misfortunes.ts';
import { makePlan, type PlanOptions } from './plan.ts';
import { makeProfiles } from './profiles.ts';
import { EFFECTS_TABLE, type Flaw } from './receiver-messages.ts';
import { type SenderLedger, sendPlan } from './sender.ts';

/** What a drill is. */
export interface DrillOptions extends PlanOptions {
  readonly store: StoreName;
  /** How long a handler works, milliseconds. */
  readonly handlerMs: number;
  /** Handlers write a row in the transaction that completes their claim. On PostgreSQL alone. */
  readonly inTransaction: boolean;
  readonly flaw?: Flaw | undefined;
}

/** Commits that are tried again behind an answer have so long, milliseconds, before the ledgers are read. */
const AFTERMATH_MS = 500;

/** Runs a drill from its start to the judge's finding. Everything it starts, it ends. */
export async function runDrill(options: DrillOptions): Promise<Finding & Pick<SenderLedger, 'latestMs'>> {
  const plan = makePlan(options);
  const profiles = makeProfiles();
  const folder = await mkdtemp(join(tmpdir(), 'postern-drill-'));
  const supply = options.store === 'memory' ? undefined : await startSupply(options.store);
  try {
    if (options.inTransaction) await query(supply, `CREATE TABLE ${EFFECTS_TABLE} (event text NOT NULL)`);
    const fleet = await startFleet(options.receivers, folder, {
      address: addressOf(options, supply),
      handlerMs: options.handlerMs,
      inTransaction: options.inTransaction,
      flaw: options.flaw,
    });
    try {
      const overAt = Date.now() + options.seconds * 1000;
      const [{ tries, fates, latestMs }] = await Promise.all([
        sendPlan(plan, { profiles, next: fleet.next, overAt }),
        bringAbout(plan.misfortunes, fleet, supply),
      ]);
      await sleep(AFTERMATH_MS);
      const finding = judge({
        events: plan.events,
        profiles,
        fates,
        tries,
        lines: await readLedgers(folder),
        deaths: fleet.deaths,
        clocksWrong: options.chaos.includes('clock'),
        effects: options.inTransaction ? await countEffects(supply) : undefined,
      });
      return { ...finding, latestMs };
    } finally {
      await fleet.close();
    }
  } finally {
    await supply?.close();
    await rm(folder, { recursive: true });
  }
}

/** The proxy costs the sender's process as much as sending does, so it stands between only where the store is to be disturbed. */
function addressOf({ chaos }: DrillOptions, supply: OwnSupply | undefined): StoreAddress {
  if (supply === undefined) return { kind: 'memory' };
  return chaos.includes('store') ? supply.address : supply.straight;
}

async function countEffects(supply: OwnSupply | undefined): Promise<ReadonlyMap<string, number>> {
  const rows = await query(supply, `SELECT event, count(*)::int AS rows FROM ${EFFECTS_TABLE} GROUP BY event`);
  return new Map(rows.map(({ event, rows }) => [String(event), Number(rows)]));
}

async function query(supply: OwnSupply | undefined, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: supply?.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
