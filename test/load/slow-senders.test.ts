import { afterEach, describe, expect, it } from 'vitest';
import { jsonHead } from '../express/caller.ts';
import { signed, until } from '../express/rig.ts';
import { type GuardProcess, type Limits, startGuard } from './guard-process.ts';
import { type SlowSenders, startSlowSenders } from './slow-senders.ts';
import { type Stretch, startTraffic, type Traffic, typicalP99 } from './traffic.ts';

const SENDERS = 2_000;
const LIMIT_MS = 4_000;
/** From the deadline to the answer: the looks at the clock, and 2,000 answers at once on a small machine. */
const LATE_MS = 1_500;
/** From the answer to the close of an upload that goes on: it may take the answer for a second. */
const LINGER_MS = 1_000;
/** Latencies before and during, at the least; half as many after. */
const SAMPLES = 800;
/**
 * A p99 up to this passes where twice the baseline is less: the callers and the server share two cores with 4,000 ends of sockets, and
 * a baseline of 3 ms says more of the scheduler than of the server.
 */
const FLOOR_MS = 25;

const signature = await signed();

describe.each([
  ['node:http, slow bodies', 'node:http', { bodyTimeoutMs: LIMIT_MS }, jsonHead(signature, 1_000), 'a', LINGER_MS],
  ['Express, slow bodies', 'express', { bodyTimeoutMs: LIMIT_MS }, jsonHead(signature, 1_000), 'a', LINGER_MS],
  ['node:http, slow heads', 'node:http', { headersTimeoutMs: LIMIT_MS }, '', 'POST /abcdefghijklmnop', 0],
] as const)('%s: 2,000 senders of one byte a second', (_name, framework, limits: Limits, start, rest, lingerMs) => {
  let guard: GuardProcess | undefined;
  let traffic: Traffic | undefined;
  let senders: SlowSenders | undefined;
  afterEach(() => {
    senders?.stop();
    traffic?.stop();
    guard?.kill();
  });

  it('get 408 at the deadline and are closed, and genuine traffic does not wait for them', {
    timeout: 60_000,
    // A machine that has other work for ten seconds is no reason to doubt the server: what it does wrong, it does three times.
    retry: 2,
  }, async () => {
    guard = await startGuard(framework, limits);
    traffic = await startTraffic(guard.port, 0, 8_000);
    await stretchOf(traffic, 300); // Warms up.
    const before = await stretchOf(traffic, SAMPLES);

    senders = startSlowSenders(guard.port, SENDERS, start, rest);
    await senders.connected;
    let open = 0;
    while (open < SENDERS && senders.openNow() === SENDERS) open = await guard.connections();
    expect(open).toBeGreaterThanOrEqual(SENDERS);
    await senders.closed;
    const during = traffic.turn();

    const { fates } = senders;
    expect(fates.filter(({ status }) => status !== 408)).toEqual([]);
    expect(fates.filter(({ answeredAfter = 0 }) => answeredAfter < LIMIT_MS - 50)).toEqual([]);
    expect(fates.filter(({ answeredAfter = Infinity }) => answeredAfter > LIMIT_MS + LATE_MS)).toEqual([]);
    expect(fates.filter(({ closedAfter = Infinity }) => closedAfter > LIMIT_MS + LATE_MS + lingerMs)).toEqual([]);

    // The baseline is on both sides of the attack: a machine that has other work meanwhile is as slow without it.
    const after = await stretchOf(traffic, SAMPLES / 2);
    expect(before.refused + during.refused + after.refused).toBe(0);
    expect(during.latencies.length).toBeGreaterThanOrEqual(SAMPLES);
    const baseline = typicalP99([...before.latencies, ...after.latencies]);
    const attacked = typicalP99(during.latencies);
    expect(attacked, `p99 in ms, where the baseline is ${baseline}`).toBeLessThanOrEqual(
      Math.max(2 * baseline, FLOOR_MS),
    );

    traffic.stop();
    const { starts, tally, unhandled } = await guard.measure();
    expect(tally.accepted).toBe(starts.length);
    expect(Object.keys(tally)).toEqual(lingerMs > 0 ? ['accepted', 'body-timeout'] : ['accepted']);
    expect(unhandled).toBe(0);
    expect(await guard.close()).toBe(0);
  });
});

/** A stretch of traffic with at least so many answers. */
async function stretchOf(traffic: Traffic, samples: number): Promise<Stretch> {
  traffic.turn();
  await until(() => traffic.answered() >= samples, `${samples} answers came`);
  return traffic.turn();
}
