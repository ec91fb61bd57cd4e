import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnSupply } from '../stores/supply.ts';
import type { Fleet } from './fleet.ts';
import type { Misfortune } from './plan.ts';

/** An answer of a slow store comes so much later, milliseconds. */
const SLOW_MS = 400;

/** Brings about every misfortune at its time, and resolves when all is well again. */
export async function bringAbout(
  misfortunes: readonly Misfortune[],
  fleet: Fleet,
  supply: OwnSupply | undefined,
): Promise<void> {
  const began = Date.now();
  for (const one of misfortunes) {
    await sleep(Math.max(0, began + one.atMs - Date.now()));
    if (one.what === 'kill') fleet.kill(one.receiver, one.point);
    else if (one.what === 'restart') fleet.restart(one.receiver);
    else if (one.what === 'clock') fleet.setClock(one.receiver, one.skewMs);
    else if (supply !== undefined) await disturb(one, supply);
  }
}

type Disturbance = Extract<Misfortune, { readonly what: `store-${string}` | 'answer-cut' }>;

async function disturb(one: Disturbance, supply: OwnSupply): Promise<void> {
  const { proxy } = supply;
  if (one.what === 'answer-cut') return void proxy.cutNextAnswer();
  if (one.what === 'store-shut') {
    proxy.shut();
    await sleep(one.forMs);
    proxy.open();
  } else if (one.what === 'store-slow') {
    proxy.delay(SLOW_MS);
    await sleep(one.forMs);
    proxy.straight();
  } else if (one.what === 'store-frozen') {
    supply.freeze();
    await sleep(one.forMs);
    supply.thaw();
  } else {
    await supply.kill();
    await sleep(one.forMs);
    await supply.start();
  }
  return undefined;
}
