import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunk, delivery, dial, head, jsonHead, LAST_CHUNK, type Line, send } from './caller.ts';
import {
  BODY,
  EXPRESSES,
  NOW_SECONDS,
  OTHER_SECRET,
  SHAPES,
  type Site,
  type SiteSettings,
  signed,
  startSite,
  until,
  watchProcess,
} from './rig.ts';

const MIB = 1_048_576;
const KIB_64 = 65_536;
/** Long enough for a request's head, and for the framing of a chunked body in large chunks. */
const HEAD_ROOM = 2_048;

describe.each(SHAPES)('%s: uploads', (_name, express, form) => {
  let site: Site;
  let watched: ReturnType<typeof watchProcess>;

  async function start(settings: Omit<SiteSettings, 'express' | 'form'> = {}): Promise<Site> {
    site = await startSite({ express, form, ...settings });
    return site;
  }

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
    expect(site.store.stats().entries).toBe(0);
  }

  /** Writes blocks for as long as the other side takes them. */
  function pour(line: Line, block: Uint8Array, times: number): void {
    let left = times;
    const more = () => {
      while (left > 0 && !line.socket.destroyed) {
        left--;
        if (!line.socket.write(block)) return void line.socket.once('drain', more);
      }
    };
    more();
  }

  it('answers 413 to a declared 10 MiB while it is still being sent, having read next to nothing of it', async () => {
    await start();
    const line = await dial(site.port);
    line.write(jsonHead(await signed(), 10 * MIB));
    pour(line, Buffer.alloc(KIB_64, 0x20), 160);
    const answer = await line.answer();
    expect(answer.status).toBe(413);
    expect(answer.headers.connection).toBe('close');
    expect(site.verdicts[0]).toMatchObject({ reason: 'body-too-large', status: 413 });
    await until(line.closed, 'the connection was closed');
    // Nothing of the body is wanted: what is read is what was on its way already.
    expect(site.sockets[0]?.bytesRead).toBeLessThanOrEqual(4 * KIB_64);
    expectNothingRan();
  });

  it('answers 413 to 10 MiB in chunks while they are still being sent, having read the limit and at most 64 KiB more', async () => {
    await start();
    const line = await dial(site.port);
    line.write(head([['Transfer-Encoding', 'chunked'], ...Object.entries(await signed())]));
    pour(line, chunk(Buffer.alloc(KIB_64, 0x20)), 160);
    const answer = await line.answer();
    expect(answer.status).toBe(413);
    await until(line.closed, 'the connection was closed');
    expect(site.sockets[0]?.bytesRead).toBeLessThanOrEqual(MIB + KIB_64 + HEAD_ROOM);
    expectNothingRan();
  });

  it('takes a body of exactly the limit and refuses one byte more, with a length and in chunks', async () => {
    await start({ options: { maxBodyBytes: 1_000 } });
    const fits = Buffer.alloc(1_000, 0x61);
    const over = Buffer.alloc(1_001, 0x61);
    const chunked = async (body: Uint8Array) =>
      Buffer.concat([
        Buffer.from(head([['Transfer-Encoding', 'chunked'], ...Object.entries(await signed(body))])),
        chunk(body),
        Buffer.from(LAST_CHUNK),
      ]);
    expect((await send(site.port, delivery(await signed(over), over))).status).toBe(413);
    expect((await send(site.port, await chunked(over))).status).toBe(413);
    expectNothingRan();
    expect((await send(site.port, delivery(await signed(fits), fits))).status).toBe(200);
    const twin = Buffer.from(fits.map((byte) => byte + 1));
    expect((await send(site.port, await chunked(twin))).status).toBe(200);
    expect(site.started.map((delivery) => delivery.body.byteLength)).toEqual([1_000, 1_000]);
  });

  it('closes after a chunked body that was one byte too long and whole, so that nobody waits on a reading that stopped', async () => {
    await start({ options: { maxBodyBytes: 20_000 } });
    const line = await dial(site.port);
    const over = Buffer.alloc(40_000, 0x61);
    line.write(head([['Transfer-Encoding', 'chunked'], ...Object.entries(await signed(over))]));
    line.write(Buffer.concat([chunk(over), Buffer.from(LAST_CHUNK)]));
    expect(await line.answer()).toMatchObject({ status: 413, headers: { connection: 'close' } });
    await until(line.closed, 'the connection was closed', 3_000);
    expectNothingRan();
  });

  it('waits out a declared length that is too large, and answers 408', async () => {
    await start({ options: { bodyTimeoutMs: 150 } });
    const line = await dial(site.port);
    line.write(jsonHead(await signed(), Buffer.byteLength(BODY) + 100) + BODY);
    expect((await line.answer()).status).toBe(408);
    expect(site.verdicts[0]?.reason).toBe('body-timeout');
    expectNothingRan();
  });

  it('judges only the declared bytes of a body whose length is too small, and closes over the rest', async () => {
    await start();
    const line = await dial(site.port);
    line.write(jsonHead(await signed(), 10) + BODY);
    await until(line.closed, 'the connection was closed');
    // The rest is no request, so Node may answer that first, with a 400 of its own.
    expect(line.received()).toMatch(/^HTTP\/1.1 40[01] /);
    expect(line.received()).not.toMatch(/HTTP\/1.1 [2-3]/);
    expect(site.verdicts.map(({ reason }) => reason)).toEqual(['bad-signature']);
    expectNothingRan();
  });

  it.each([
    ['a small declared length', (headers: Record<string, string>) => jsonHead(headers, 1_000)],
    ['a large declared length', (headers: Record<string, string>) => jsonHead(headers, MIB)],
    [
      'chunks',
      (headers: Record<string, string>) => head([['Transfer-Encoding', 'chunked'], ...Object.entries(headers)]),
    ],
  ])('answers 408 to a body of %s that drips in one byte at a time, and closes', async (what, makeHead) => {
    await start({ options: { bodyTimeoutMs: 150 } });
    const line = await dial(site.port);
    line.write(makeHead(await signed()));
    const drip = setInterval(() => line.write(what === 'chunks' ? chunk('a') : 'a'), 5);
    try {
      const answer = await line.answer();
      expect(answer.status).toBe(408);
      expect(answer.headers.connection).toBe('close');
      if (what === 'a small declared length') {
        // Not at once: closing over unread bytes resets the connection, and could take the answer away.
        const answered = performance.now();
        await until(line.closed, 'the connection was closed', 3_000);
        expect(performance.now() - answered).toBeGreaterThan(500);
      }
    } finally {
      clearInterval(drip);
    }
    expect(site.verdicts[0]?.reason).toBe('body-timeout');
    expectNothingRan();
  });

  it('answers 408 to a body of which nothing arrives, and closes', async () => {
    await start({ options: { bodyTimeoutMs: 150 } });
    const line = await dial(site.port);
    line.write(jsonHead(await signed(), 20));
    expect(await line.answer()).toMatchObject({ status: 408, headers: { connection: 'close' } });
    expectNothingRan();
  });

  it('runs nothing and leaves no key when the client goes away within the body', async () => {
    await start();
    const line = await dial(site.port);
    line.write(jsonHead(await signed(), Buffer.byteLength(BODY)) + BODY.slice(0, 10));
    await until(() => (site.sockets[0]?.bytesRead ?? 0) > 10, 'the server read something');
    line.hangUp();
    await until(() => site.verdicts.length === 1, 'a verdict was recorded');
    expect(site.verdicts[0]).toMatchObject({ reason: 'body-incomplete', status: 400 });
    expectNothingRan();
  });

  it('runs nothing and leaves no key when the client closes its side within the body', async () => {
    await start();
    const line = await dial(site.port);
    line.write(jsonHead(await signed(), Buffer.byteLength(BODY)) + BODY.slice(0, 10));
    line.socket.end();
    await until(() => site.verdicts.length === 1, 'a verdict was recorded');
    expect(site.verdicts[0]?.reason).toBe('body-incomplete');
    await until(line.closed, 'the connection was closed');
    expectNothingRan();
  });

  it('keeps the connection after a refusal with a small unread body, and serves the next delivery on it', async () => {
    await start();
    const line = await dial(site.port);
    const large = Buffer.alloc(60_000, 0x20);
    line.write(delivery({}, large));
    line.write(delivery(await signed(), BODY));
    const answers = await line.answers(2);
    expect(answers.map(({ status }) => status)).toEqual([401, 200]);
    expect(site.started).toHaveLength(1);
    expect(site.sockets).toHaveLength(1);
  });

  it('judges each of several deliveries that were sent without waiting, and answers in order', async () => {
    await start();
    const line = await dial(site.port);
    const bodies = ['{"n":1}', '{"n":2}', '{"n":3}', '{"n":4}'];
    const requests = await Promise.all(
      bodies.map(async (body, index) =>
        delivery(await signed(body, NOW_SECONDS, index === 1 ? OTHER_SECRET : undefined), body),
      ),
    );
    line.write(Buffer.concat([...requests, delivery({}, '{}')]));
    const answers = await line.answers(5);
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 200, 200, 401]);
    expect(site.started.map((delivery) => delivery.text()).sort()).toEqual(['{"n":1}', '{"n":3}', '{"n":4}']);
    await until(() => site.settled.length === 3, 'each run was settled');
    expect(site.settled.map(({ outcome }) => outcome)).toEqual(['committed', 'committed', 'committed']);
  });

  it('lets a sender that expects 100-continue go on', async () => {
    await start();
    const line = await dial(site.port);
    line.write(jsonHead(await signed(), Buffer.byteLength(BODY), [['Expect', '100-continue']]));
    await until(() => line.received().startsWith('HTTP/1.1 100 Continue'), 'it was told to continue');
    line.write(BODY);
    expect((await line.answer()).status).toBe(200);
  });

  it('refuses an over-long upload before its body, to a sender that expects 100-continue too', async () => {
    await start();
    const line = await dial(site.port);
    line.write(jsonHead(await signed(), 10 * MIB, [['Expect', '100-continue']]));
    expect(await line.answer()).toMatchObject({ status: 413, headers: { connection: 'close' } });
    expectNothingRan();
  });

  it('answers 503 when it holds as many bytes as it may, and has room again afterwards', async () => {
    await start({ options: { maxHeldBytes: 40_000, maxBodyBytes: 40_000 } });
    const first = await dial(site.port);
    first.write(jsonHead(await signed(), 40_000) + 'a'.repeat(35_000));
    await until(() => (site.sockets[0]?.bytesRead ?? 0) > 35_000, 'the first upload was under way');
    const body = 'b'.repeat(10_000);
    const refused = await send(site.port, delivery(await signed(body), body));
    expect(refused.status).toBe(503);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(site.verdicts[0]?.reason).toBe('overloaded');
    expectNothingRan();
    first.hangUp();
    await until(() => site.verdicts.length === 2, 'the first upload was given up');
    expect((await send(site.port, delivery(await signed(body), body))).status).toBe(200);
  });
});

describe.each(EXPRESSES)('%s: bodies in crumbs', (_name, express) => {
  /** A signed chunked delivery of one-byte chunks. */
  async function crumbs(count: number): Promise<Uint8Array> {
    const body = Buffer.alloc(count, 0x61);
    return Buffer.concat([
      Buffer.from(head([['Transfer-Encoding', 'chunked'], ...Object.entries(await signed(body))])),
      ...Array.from(body, (byte) => chunk(Buffer.of(byte))),
      Buffer.from(LAST_CHUNK),
    ]);
  }

  it('counts what small chunks really cost, so that they cannot fill the memory under the cap', async () => {
    const site = await startSite({ express, form: 'handler', options: { maxHeldBytes: 2_000_000 } });
    try {
      expect((await send(site.port, await crumbs(1_000))).status).toBe(200);
      const whole = Buffer.alloc(MIB, 0x61);
      expect((await send(site.port, delivery(await signed(whole), whole))).status).toBe(200);
      expect((await send(site.port, await crumbs(20_000))).status).toBe(503);
      expect(site.verdicts.map(({ reason }) => reason)).toEqual([undefined, undefined, 'overloaded']);
      expect((await send(site.port, await crumbs(1_001))).status).toBe(200);
    } finally {
      await site.close();
    }
  });
});

describe.each(EXPRESSES)('%s: a storm of aborted uploads', (_name, express) => {
  it('leaves no handle, no key and no trouble behind after 2,000 of them', { timeout: 60_000 }, async () => {
    const watched = watchProcess();
    const site = await startSite({ express, form: 'handler', options: { bodyTimeoutMs: 60_000 } });
    const headers = await signed();
    // What the runtime keeps between connections is there already when the base is measured.
    expect((await send(site.port, delivery({}, BODY))).status).toBe(401);
    await until(() => countHandles() <= 2, 'the first connection was closed');
    const base = countHandles();
    const abort = async (index: number) => {
      const line = await dial(site.port);
      line.write(jsonHead(headers, 50_000) + 'a'.repeat(1 + (index % 700)));
      // Half of them go at once, and half when the server is reading.
      if (index % 2 === 0) await until(() => line.socket.bytesWritten > 0, 'something was sent');
      line.hangUp();
    };
    for (let sent = 0; sent < 2_000; sent += 100)
      await Promise.all(Array.from({ length: 100 }, (_, index) => abort(sent + index)));
    await until(() => site.sockets.every((socket) => socket.destroyed), 'the server noticed each of them');
    await until(() => countHandles() <= base, `the handles went back to ${base}`);
    expect(site.started).toHaveLength(0);
    expect(site.claims()).toBe(0);
    expect(site.store.stats().entries).toBe(0);
    // And it still works.
    expect((await send(site.port, delivery(headers, BODY))).status).toBe(200);
    await site.close();
    watched.stop();
    expect(watched.troubles).toEqual([]);
  });
});

/** Sockets and timers that this process is waiting for. */
function countHandles(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap' || kind === 'Timeout').length;
}
