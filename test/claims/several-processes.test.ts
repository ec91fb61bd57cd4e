// Two processes' worth of receivers on one Redis or PostgreSQL, with clocks that disagree, restarts and outages, over real sockets.
import { performance } from 'node:perf_hooks';
import { sign } from '@postern/core';
import { github } from '@postern/core/providers/github';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gate, until } from '../express/rig.ts';
import { hasPostgres } from '../services/postgres.ts';
import { hasRedis } from '../services/redis.ts';
import { type OpenStore, openStore } from '../src/stores/open-store.ts';
import { openSupply, type Supply } from '../src/stores/supply.ts';
import { type ClaimSite, type Message, NOW, SECRET, startSite } from './site.ts';

const signed = async (body: string, timestamp = NOW): Promise<Message> => ({
  headers: await sign(liasonpay(), { secret: SECRET, body, timestamp }),
  body,
});

/** How long the outage is; POSTERN_OUTAGE_MS=60000 plays a whole minute. */
const OUTAGE_MS = Number(process.env.POSTERN_OUTAGE_MS ?? 0);

const SHARED = [
  ['redis', await hasRedis()],
  ['postgres', await hasPostgres()],
] as const;

describe.each(SHARED.filter(([, there]) => there).map(([name]) => name))('on %s', (name) => {
  let supply: Supply;
  const opened: OpenStore[] = [];
  const sites: ClaimSite[] = [];

  /** A server as a process of its own would run it: with its own client and its own clock. */
  async function start(...[handler, options]: [Parameters<typeof startSite>[1]?, Parameters<typeof startSite>[2]?]) {
    const one = await openStore(supply.address);
    opened.push(one);
    await one.reach();
    const site = await startSite(one.store, handler, options);
    sites.push(site);
    return site;
  }

  beforeAll(async () => {
    supply = await openSupply(name);
  });
  afterAll(async () => {
    await Promise.all(sites.map((site) => site.close()));
    await Promise.all(opened.map((one) => one.close()));
    await supply.close();
  });

  it('captures start no handler again, whichever process they reach, also after a restart', async () => {
    const first = await start();
    const second = await start();
    const captures = await Promise.all(
      Array.from({ length: 61 }, (_, index) => signed(`{"sweep":${index}}`, NOW - 300 + index * 10)),
    );
    for (const [index, capture] of captures.entries())
      expect(await postUntilTaken([first, second][index % 2] ?? first, capture)).toBe(200);
    const restarted = await start();
    for (const later of [0, 150, 300, 450, 599, 600, 900])
      for (const site of [first, second, restarted]) {
        site.clock.seconds = NOW + later;
        for (const capture of captures) await site.post(capture);
      }
    expect(first.started.length + second.started.length + restarted.started.length).toBe(61);
  });

  it('clocks 400 s apart admit no replay: what one has let in, the other does not', async () => {
    const [ahead, behind] = [await start(), await start()];
    const captures = await Promise.all(
      Array.from({ length: 41 }, (_, index) => signed(`{"skew":${index}}`, NOW - 500 + index * 25)),
    );
    for (let second = 0; second <= 1_200; second += 200) {
      ahead.clock.seconds = NOW + 200 + second;
      behind.clock.seconds = NOW - 200 + second;
      for (const capture of captures) await Promise.all([ahead.post(capture), behind.post(capture)]);
    }
    const bodies = [...ahead.started, ...behind.started].map((delivery) => delivery.text());
    expect(new Set(bodies).size).toBe(bodies.length);
    expect(bodies.length).toBe(41);
  });

  it('of many identical deliveries at once, over two processes, one starts the handler', async () => {
    const { passed, open } = gate();
    const both = [await start(() => passed), await start(() => passed)];
    const message = await signed('{"crowd":1}');
    const answers = Promise.all(Array.from({ length: 200 }, (_, index) => both[index % 2]?.post(message)));
    await until(() => both.flatMap(({ started }) => started).length > 0, 'a handler was started');
    await until(() => both.flatMap(({ verdicts }) => verdicts).length > 150, 'the others were answered');
    open();
    const statuses = await answers;
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(both.flatMap(({ started }) => started)).toHaveLength(1);
    expect(await both[1]?.post(message)).toBe(200);
    expect(both.flatMap(({ started }) => started)).toHaveLength(1);
  });

  it('a process that is cut off from the store answers 503 at once, loses nothing, and is back by itself', {
    timeout: 20_000 + OUTAGE_MS,
  }, async () => {
    const site = await start();
    const message = await signed('{"outage":1}');
    supply.proxy.shut();
    const waits: number[] = [];
    const shutAt = performance.now();
    while (waits.length < 5 || performance.now() - shutAt < OUTAGE_MS) {
      const began = performance.now();
      expect(await site.post(message)).toBe(503);
      waits.push(performance.now() - began);
    }
    expect(new Set(site.verdicts.map(({ reason }) => reason))).toEqual(new Set(['store-unavailable']));
    // Redis gives up after 250 ms, PostgreSQL after a second.
    expect(Math.max(...waits)).toBeLessThan(name === 'redis' ? 300 + SLACK_MS : 1_050 + SLACK_MS);
    supply.proxy.open();
    const back = performance.now();
    let status = 503;
    while (status === 503 && performance.now() - back < 5_000) status = await site.post(message);
    expect(status).toBe(200);
    expect(performance.now() - back).toBeLessThan(2_000 + SLACK_MS);
    expect(site.started).toHaveLength(1);
    expect(site.started[0]).toMatchObject({ attempt: 1, previouslyStarted: false });
  });

  it('a source that is open to store failures runs meanwhile, marked, and sees repeats again afterwards', async () => {
    const site = await start(undefined, { provider: github(), storeFailure: 'open' });
    const message = { headers: await sign(github(), { secret: SECRET, body: '{"push":1}' }), body: '{"push":1}' };
    supply.proxy.shut();
    expect(await site.post(message)).toBe(200);
    expect(site.started[0]?.claim).toBeUndefined();
    supply.proxy.open();
    await until(
      repeating(
        () => site.post(message),
        () => site.started.at(-1)?.claim !== undefined,
      ),
      'a claim is had again',
    );
    const before = site.started.length;
    // The run that has the claim may not have ended yet.
    expect(await postUntilTaken(site, message)).toBe(200);
    expect(site.started).toHaveLength(before);
  });

  it('a claim whose answer is lost on its way is its owner’s all the same', async () => {
    const site = await start();
    const message = await signed('{"lost":"answer"}');
    const cut = supply.proxy.cutNextAnswer();
    const status = await site.post(message);
    await cut;
    // Asked once more, the store knew its owner; or there was no time for that, and the sender's retry finds no trace.
    if (status !== 200)
      await until(
        repeating(
          () => site.post(message),
          () => site.started.length > 0,
        ),
        'the retry runs',
      );
    expect(site.started).toHaveLength(1);
    expect(site.started[0]).toMatchObject({ attempt: 1, previouslyStarted: false });
  });

  it('a commit that the store missed is made up for: the retry is acknowledged, and runs nothing', async () => {
    const { passed, open } = gate();
    const site = await start(() => passed);
    const message = await signed('{"missed":"commit"}');
    const running = site.post(message);
    await until(() => site.started.length === 1, 'the handler began');
    supply.proxy.shut();
    open();
    expect(await running).toBe(503);
    supply.proxy.open();
    let status = 503;
    await until(
      repeating(
        async () => {
          status = await site.post(message);
        },
        () => status === 200,
      ),
      'the retry is acknowledged',
      10_000,
    );
    expect(site.started).toHaveLength(1);
  });

  it('a store that is slow by two seconds is taken for one that is down, and leaves no claim behind', async () => {
    const site = await start();
    const message = await signed('{"slow":"store"}');
    supply.proxy.delay(2_000);
    const began = performance.now();
    expect(await site.post(message)).toBe(503);
    expect(performance.now() - began).toBeLessThan(name === 'redis' ? 300 + SLACK_MS : 1_050 + SLACK_MS);
    supply.proxy.straight();
    let status = 503;
    await until(
      repeating(
        async () => {
          status = await site.post(message);
        },
        () => status === 200,
      ),
      'the retry runs',
    );
    expect(site.started).toHaveLength(1);
    expect(site.started[0]).toMatchObject({ attempt: 1, previouslyStarted: false });
  });

  it('forged messages leave no key', async () => {
    await supply.empty();
    const site = await start();
    const forged = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const body = `{"poison":${index}}`;
        return {
          headers: await sign(liasonpay(), { secret: 'other-secret-for-claims-only-00', body, timestamp: NOW }),
          body,
        };
      }),
    );
    for (const message of forged) expect(await site.post(message)).toBe(401);
    expect(await supply.keys()).toBe(0);
    expect(await site.post(await signed('{"poison":1}'))).toBe(200);
    expect(await supply.keys()).toBe(1);
  });
});

/** Sends as a sender does: again, while the answer is 503. A machine that does much else makes a store late now and then. */
async function postUntilTaken(site: ClaimSite, message: Message): Promise<number> {
  for (let tries = 1; ; tries++) {
    const status = await site.post(message);
    if (status !== 503 || tries === 20) return status;
  }
}

/** Other work on the machine may hold a timer up for so long. */
const SLACK_MS = 400;

/** Does something again and again, one at a time, until a condition holds. */
function repeating(act: () => Promise<unknown>, holds: () => boolean): () => boolean {
  let acting = false;
  return () => {
    if (holds()) return true;
    if (!acting) {
      acting = true;
      void act()
        .catch(() => undefined)
        .then(() => {
          acting = false;
        });
    }
    return false;
  };
}
