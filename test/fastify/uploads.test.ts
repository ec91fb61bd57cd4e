import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunk, delivery, dial, head, jsonHead, send } from '../express/caller.ts';
import { BODY, gate, signed, until, watchProcess } from '../express/rig.ts';
import { FORMS, type Site, type SiteSettings, startSite } from './rig.ts';

const MIB = 1_048_576;
const KIB_64 = 65_536;

/** V8's own collector of garbage. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}

describe.each(FORMS)('Fastify, %s form: uploads', (form) => {
  let site: Site;
  let watched: ReturnType<typeof watchProcess>;
  const start = async (settings: Omit<SiteSettings, 'form'> = {}) => {
    site = await startSite({ form, ...settings });
  };
  beforeEach(() => {
    watched = watchProcess();
  });
  afterEach(async () => {
    await site.close();
    watched.stop();
    expect(watched.troubles).toEqual([]);
  });
  function expectNothingRan(): void {
    expect(site.started).toHaveLength(0);
    expect(site.claims()).toBe(0);
  }

  it('takes a body beyond Fastify’s bodyLimit, up to maxBodyBytes and not a byte more', async () => {
    await start({ server: { bodyLimit: 100 }, options: { maxBodyBytes: 2 * MIB } });
    const fits = Buffer.alloc(2 * MIB, 0x61);
    const over = Buffer.alloc(2 * MIB + 1, 0x61);
    expect((await send(site.port, delivery(await signed(fits), fits))).status).toBe(200);
    expect(site.started[0]?.body.byteLength).toBe(2 * MIB);
    expect((await send(site.port, delivery(await signed(over), over))).status).toBe(413);
    expect(site.started).toHaveLength(1);
  });

  it('answers 413 to a declared 10 MiB while it is still being sent, having read next to nothing of it', async () => {
    await start();
    const line = await dial(site.port);
    line.write(jsonHead(await signed(), 10 * MIB));
    let blocks = 160;
    const pour = () => {
      while (blocks-- > 0 && !line.socket.destroyed)
        if (!line.socket.write(Buffer.alloc(KIB_64, 0x20))) return void line.socket.once('drain', pour);
    };
    pour();
    expect(await line.answer()).toMatchObject({ status: 413, headers: { connection: 'close' } });
    await until(line.closed, 'the connection was closed');
    expect(site.sockets[0]?.bytesRead).toBeLessThanOrEqual(4 * KIB_64);
    expectNothingRan();
  });

  it('judges the head while the body has not begun, before the application’s preParsing hooks', async () => {
    let hooks = 0;
    await start({ before: (app) => void app.addHook('preParsing', async () => void hooks++) });
    const line = await dial(site.port);
    line.write(jsonHead({}, 500_000));
    expect((await line.answer()).status).toBe(401);
    expect(site.verdicts[0]).toMatchObject({ reason: 'missing-signature' });
    expect(hooks).toBe(0);
    await until(line.closed, 'the connection was closed');
    expectNothingRan();
  });

  it('lets the answer of a refused upload be taken, whatever handlerTimeout the application has', async () => {
    await start({ server: { handlerTimeout: 50 } });
    const line = await dial(site.port);
    line.write(jsonHead({}, 500_000));
    expect((await line.answer()).status).toBe(401);
    const answered = performance.now();
    await until(line.closed, 'the connection was closed');
    // The guard gives a sender that is still writing a second to take its answer.
    expect(performance.now() - answered).toBeGreaterThan(500);
    await until(() => site.log.some(({ res }) => res), 'the request was logged');
    expect(site.log.find(({ res }) => res)).toMatchObject({ msg: 'request completed', res: { statusCode: 401 } });
    expect(site.log.filter(({ level }) => level >= 50)).toEqual([]);
  });

  it.each(['length', 'chunks'])('answers 408 to a body with a %s that drips in, and closes', async (how) => {
    await start({ options: { bodyTimeoutMs: 150 } });
    const line = await dial(site.port);
    const headers = await signed();
    line.write(
      how === 'length'
        ? jsonHead(headers, 1_000)
        : head([['Transfer-Encoding', 'chunked'], ...Object.entries(headers)]),
    );
    const drip = setInterval(() => line.write(how === 'length' ? 'a' : chunk('a')), 5);
    expect((await line.answer()).status).toBe(408);
    await until(line.closed, 'the connection was closed');
    clearInterval(drip);
    expect(site.verdicts[0]?.reason).toBe('body-timeout');
    expectNothingRan();
  });

  it('starts no handler and claims nothing for uploads that are cut off, and tells the application’s hooks', async () => {
    let aborted = 0;
    await start({ before: (app) => void app.addHook('onRequestAbort', async (_request) => void aborted++) });
    const bytes = delivery(await signed(), BODY);
    const headEnd = bytes.length - Buffer.byteLength(BODY);
    for (let cut = headEnd; cut < bytes.length; cut += 7) {
      const line = await dial(site.port);
      line.write(bytes.subarray(0, cut));
      await until(() => (site.sockets.at(-1)?.bytesRead ?? 0) >= cut, 'it was read');
      line.hangUp();
    }
    const cuts = Math.ceil(Buffer.byteLength(BODY) / 7);
    await until(() => site.verdicts.length === cuts && aborted === cuts, 'all were judged');
    expect(new Set(site.verdicts.map(({ reason }) => reason))).toEqual(new Set(['body-incomplete']));
    expectNothingRan();
  });

  it('keeps nothing of requests that are over', async () => {
    const held: WeakRef<object>[] = [];
    await start({
      before: (app) => void app.addHook('onRequest', async (request) => void held.push(new WeakRef(request))),
    });
    const line = await dial(site.port);
    for (let i = 0; i < 20; i++) line.write(delivery(i % 2 === 0 ? await signed(`{"n":${i}}`) : {}, `{"n":${i}}`));
    await line.answers(20);
    line.hangUp();
    site.started.length = 0;
    const collect = collector();
    await until(() => {
      collect();
      return held.filter((one) => one.deref() !== undefined).length <= 1;
    }, 'the requests were given up');
    expect(held).toHaveLength(20);
  });

  it('runs one of two copies that come at once', async () => {
    const both = gate();
    await start({ route: () => both.passed });
    const bytes = delivery(await signed(), BODY);
    const lines = [await dial(site.port), await dial(site.port)];
    for (const line of lines) line.write(bytes);
    await until(() => site.verdicts.length === 2, 'both were judged');
    both.open();
    const statuses = await Promise.all(lines.map(async (line) => (await line.answer()).status));
    expect(statuses.sort()).toEqual([200, 503]);
    expect(site.started).toHaveLength(1);
    // A copy that only has to wait is no error of ours.
    expect(site.log.find(({ msg }) => msg === 'webhook rejected: in-flight')?.level).toBe(40);
  });
});
