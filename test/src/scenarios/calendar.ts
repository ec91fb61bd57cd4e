import { setTimeout as sleep } from 'node:timers/promises';
import type { News } from './place.ts';
import type { Step } from './scenario.ts';
import type { Lease } from './setup.ts';

/** A real lease, or a real memory of an event, is over for certain so long after its end, milliseconds. */
const MARGIN_MS = 100;

/** Keeps a scenario's clock, and what ends when on it. */
interface Calendar {
  /** The furthest the clock has come, milliseconds since 1970: a receiver's clock that was set back is still later than it was. */
  nowMs(): number;
  note(news: Exclude<News, { readonly news: 'started' }>): void;
  /** Comes to this time of the scenario, unix seconds, and waits for what has ended by then to end in truth. */
  reach(at: number): Promise<void>;
  /** False when something ended in truth while it should have lasted. */
  kept(): boolean;
}

/** Something that ends: on the scenario's clock, and on the machine's. */
interface Ending {
  readonly nominalMs: number;
  /** It ends between these, by the store's clock. */
  readonly earliestMs: number;
  readonly latestMs: number;
}

/**
 * Leases and memories are shrunk on a real store. A step after the end of one waits until it is really over; a step before it must be
 * played while it really lasts.
 */
export function createCalendar(steps: readonly Step[], lease: Lease): Calendar {
  const times = steps.map(({ at }) => at * 1000);
  const endings = new Map<string, Ending>();
  let nowMs = Math.max(0, times[0] ?? 0);
  let kept = true;
  /** What should last now must last in truth. */
  const look = () => {
    for (const { nominalMs, earliestMs } of endings.values())
      if (nominalMs > nowMs && earliestMs <= Date.now()) kept = false;
  };
  return {
    nowMs: () => nowMs,
    note(news) {
      look();
      if (news.news === 'settled') {
        endings.delete(`${news.key} lease`);
        return;
      }
      const { key, askedMs, answeredMs, leaseMs, keepMs, nominalKeepMs, late } = news.claim;
      const end = (nominal: number, real: number): Ending => ({
        nominalMs: nowMs + nominal,
        earliestMs: askedMs + real,
        latestMs: answeredMs + real,
      });
      endings.set(`${key} lease`, end(lease.nominalMs, leaseMs));
      if (late) return;
      if (keepMs < nominalKeepMs) endings.set(`${key} memory`, end(nominalKeepMs, keepMs));
      else endings.delete(`${key} memory`);
    },
    async reach(at) {
      look();
      nowMs = Math.max(nowMs, at * 1000);
      for (const [name, { nominalMs, latestMs }] of endings) {
        if (nominalMs > nowMs) continue;
        // The news that a claim was settled may come after the answer to its sender: then there is no lease to wait for.
        while (endings.has(name) && Date.now() < latestMs + MARGIN_MS) await sleep(10);
        endings.delete(name);
      }
    },
    kept() {
      look();
      return kept;
    },
  };
}
