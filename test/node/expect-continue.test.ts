import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { hardenServer } from '@postern/core/node';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { webhook } from '@postern/express';
import express, { type Request, type Response } from 'express';
import fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { delivery, dial, head, jsonHead, type Line } from '../express/caller.ts';
import { BODY, type Listening, NOW_SECONDS, SECRET, serve, signed, until, watchProcess } from '../express/rig.ts';
import { guarded, plain, serveHardened } from './rig.ts';

const EXPECT = [['Expect', '100-continue']] as const;
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const MIB = 1_048_576;

let site: Listening | undefined;
let line: Line | undefined;
let watched: ReturnType<typeof watchProcess>;
beforeEach(() => {
  watched = watchProcess();
});
afterEach(async () => {
  line?.hangUp();
  await site?.close();
  site = undefined;
  watched.stop();
  expect(watched.troubles).toEqual([]);
});

/** Sends a head, and opens the connection for it. */
async function announce(port: number, text: string): Promise<Line> {
  line = await dial(port);
  line.write(text);
  return line;
}

/** Waits for the 100, and sends the body then. */
async function sendWhenTold(caller: Line, body: string): Promise<void> {
  await until(() => caller.received().endsWith(CONTINUE), 'a 100 Continue came');
  caller.write(body);
}

const count = (caller: Line) => caller.received().split(CONTINUE).length - 1;
const announced = (headers: Readonly<Record<string, string>>, length: number) => jsonHead(headers, length, EXPECT);

/** The guards of this suite, each with the bodies that its handler saw. */
const GUARDS: readonly (readonly [name: string, make: () => { listener: RequestListener; handled: string[] }])[] = [
  ['node:http', () => guarded()],
  [
    'Express, handler form',
    () => {
      const handled: string[] = [];
      const app = express().use(webhook(options(), (delivery) => void handled.push(delivery.text())));
      return { listener: app, handled };
    },
  ],
  [
    'Express, middleware form',
    () => {
      const handled: string[] = [];
      const app = express().use(webhook(options()), (request: Request, response: Response) => {
        handled.push(request.webhook.text());
        response.sendStatus(200);
      });
      return { listener: app, handled };
    },
  ],
];
const options = () => ({
  provider: liasonpay(),
  secrets: SECRET,
  now: () => NOW_SECONDS * 1000,
  onVerdict: () => undefined,
});

describe.each(GUARDS)('Expect: 100-continue on a hardened server, %s', (_name, make) => {
  let guard: ReturnType<typeof make>;
  let port: number;
  beforeEach(async () => {
    guard = make();
    site = await serveHardened(guard.listener);
    ({ port } = site);
  });

  it('tells the sender of a head that passed to continue, once, and takes the next delivery on the same connection', async () => {
    const caller = await announce(port, announced(await signed(), Buffer.byteLength(BODY)));
    await sendWhenTold(caller, BODY);
    expect((await caller.answer()).status).toBe(200);
    caller.write(announced(await signed('second'), 6));
    await until(() => count(caller) === 2, 'a second 100 Continue came');
    caller.write('second');
    expect((await caller.answers(2))[1]?.status).toBe(200);
    expect(count(caller)).toBe(2);
    expect(guard.handled).toEqual([BODY, 'second']);
  });

  it.each([
    ['a head without a signature', 401, async () => announced({}, 100)],
    ['a signature that is none', 401, async () => announced({ ...(await signed()), 'liasonpay-signature': 'zz' }, 100)],
    ['a declared length over the limit', 413, async () => announced(await signed(), 2 * MIB)],
  ])('refuses %s with %i and no 100, and closes', async (_what, status, makeHead) => {
    const caller = await announce(port, await makeHead());
    const answer = await caller.answer();
    expect(answer).toMatchObject({ status, headers: { connection: 'close' } });
    await until(caller.closed, 'the connection was closed', 3_000);
    expect(caller.received()).not.toContain(' 100 ');
    expect(guard.handled).toEqual([]);
  });

  it('gives a sender that did not wait its answer whole, and takes nothing after it', async () => {
    const caller = await announce(port, announced({}, 60_000));
    caller.write('a'.repeat(60_000));
    caller.write(plain());
    expect((await caller.answer()).status).toBe(401);
    await until(caller.closed, 'the connection was closed', 3_000);
    expect(caller.received().split('HTTP/1.1')).toHaveLength(2);
  });

  it('resets no sender that sends its refused body all the same', async () => {
    const sender = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const errors: Error[] = [];
    let received = '';
    sender.on('error', (error) => errors.push(error));
    sender.on('data', (bytes) => {
      received += bytes;
    });
    sender.write(announced({}, 1_000));
    await until(() => received.endsWith('}'), 'the answer came');
    sender.write('a'.repeat(500));
    await new Promise((resolve) => sender.write('a'.repeat(500), resolve));
    await until(() => sender.readableEnded || sender.closed, 'the server closed its side', 3_000);
    sender.end();
    await until(() => sender.closed, 'the connection was closed', 3_000);
    expect(received).toMatch(/^HTTP\/1\.1 401 /);
    expect(errors).toEqual([]);
  });

  it('takes a delivery whose sender did not wait', async () => {
    const caller = await announce(port, announced(await signed(), Buffer.byteLength(BODY)) + BODY);
    expect((await caller.answer()).status).toBe(200);
    expect(guard.handled).toEqual([BODY]);
  });

  it('takes a chunked delivery', async () => {
    const caller = await announce(
      port,
      head([['Transfer-Encoding', 'chunked'], ...EXPECT, ...Object.entries(await signed())]),
    );
    await sendWhenTold(caller, `${Buffer.byteLength(BODY).toString(16)}\r\n${BODY}\r\n0\r\n\r\n`);
    expect((await caller.answer()).status).toBe(200);
    expect(guard.handled).toEqual([BODY]);
  });
});

describe('Expect: 100-continue on a hardened server, routes without a guard', () => {
  const answerWith = (read: (request: IncomingMessage) => Promise<string>): RequestListener => {
    return async (request, response) => void response.end(await read(request));
  };
  const listeners: readonly (readonly [name: string, listener: RequestListener])[] = [
    [
      "on('data')",
      answerWith(async (request) => {
        let all = '';
        request.on('data', (bytes) => {
          all += bytes;
        });
        await finished(request);
        return all;
      }),
    ],
    [
      "on('readable')",
      answerWith(async (request) => {
        let all = '';
        request.on('readable', () => {
          for (let bytes = request.read(); bytes !== null; bytes = request.read()) all += bytes;
        });
        await finished(request);
        return all;
      }),
    ],
    ['for await', answerWith(text)],
    ['pipe', (request, response) => void request.pipe(response)],
    [
      'a parser that starts late',
      answerWith(async (request) => {
        request.pause();
        await new Promise((resolve) => setImmediate(resolve));
        return JSON.stringify(await json(request));
      }),
    ],
    [
      'express.json()',
      express().use(express.json(), (request: Request, response: Response) => response.json(request.body)),
    ],
  ];

  it.each(listeners)('tells the sender to continue when %s begins to read', async (_name, listener) => {
    site = await serveHardened(listener);
    const caller = await announce(site.port, announced({}, 9));
    await sendWhenTold(caller, '{"a":"b"}');
    expect(await caller.answer()).toMatchObject({ status: 200, body: '{"a":"b"}' });
    expect(count(caller)).toBe(1);
    caller.write(delivery({}, '{"c":"d"}'));
    expect((await caller.answers(2))[1]?.body).toBe('{"c":"d"}');
  });

  it('tells the sender to continue when a route of Fastify reads', async () => {
    const app = fastify();
    app.post('/webhooks/liasonpay', async (request) => request.body);
    hardenServer(app.server);
    await app.listen({ port: 0, host: '127.0.0.1' });
    try {
      const { port } = app.server.address() as { port: number };
      const caller = await announce(port, announced({}, 9));
      await sendWhenTold(caller, '{"a":"b"}');
      expect(await caller.answer()).toMatchObject({ status: 200, body: '{"a":"b"}' });
    } finally {
      line?.hangUp();
      await app.close();
    }
  });

  it('answers 408 where the body does not follow its 100 Continue', async () => {
    site = await serveHardened((request, response) => void request.pipe(response), { requestTimeoutMs: 200 });
    const caller = await announce(site.port, announced({}, 9));
    await until(() => caller.received() === CONTINUE, 'a 100 Continue came');
    expect((await caller.answer()).status).toBe(408);
  });

  it('says no 100 for a route that answers without reading, and closes', async () => {
    site = await serveHardened((_request, response) => response.end('by the head alone'));
    const caller = await announce(site.port, announced({}, 100));
    expect((await caller.answer()).body).toBe('by the head alone');
    await until(caller.closed, 'the connection was closed', 3_000);
    expect(caller.received()).not.toContain(' 100 ');
  });

  it('answers other expectations with 417, as Node does', async () => {
    site = await serveHardened(() => undefined);
    const caller = await announce(site.port, plain('POST', '/', 'Expect: the-unexpected\r\n'));
    expect((await caller.answer()).status).toBe(417);
  });

  it.each(['before', 'after'])('leaves it to a checkContinue listener that came %s hardenServer', async (when) => {
    let requests = 0;
    const own = (request: IncomingMessage, response: ServerResponse) => {
      response.writeContinue();
      request.resume().once('end', () => response.end('its own'));
    };
    site = await serveHardened(
      () => {
        requests++;
      },
      {},
      (server) => when === 'before' && server.on('checkContinue', own),
    );
    if (when === 'after') site.server.on('checkContinue', own);
    const caller = await announce(site.port, announced({}, 3));
    await sendWhenTold(caller, 'abc');
    expect((await caller.answer()).body).toBe('its own');
    expect(count(caller)).toBe(1);
    expect(requests).toBe(0);
  });
});

it('without hardenServer, Node says 100 by itself and the guard judges as ever', async () => {
  const guard = guarded();
  site = await serve(createServer(guard.listener));
  const caller = await announce(site.port, announced({}, 3));
  expect((await caller.answer()).status).toBe(401);
  expect(caller.received().startsWith(CONTINUE)).toBe(true);
  caller.write('abc');
  caller.write(announced(await signed(), Buffer.byteLength(BODY)) + BODY);
  expect((await caller.answers(2))[1]?.status).toBe(200);
  expect(guard.handled).toEqual([BODY]);
});
