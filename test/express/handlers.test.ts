import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { type ClaimStore, memoryStore, type Scheme } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import type { Response } from 'express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { delivery, dial, head, send } from './caller.ts';
import {
  BODY,
  type Gate,
  gate,
  SHAPES,
  type Site,
  type SiteSettings,
  signed,
  startSite,
  until,
  watchProcess,
} from './rig.ts';

const THIS_FILE = fileURLToPath(import.meta.url);

/** Ways to answer, as routes do. */
const ANSWERS: readonly (readonly [
  how: string,
  status: number,
  body: string,
  answer: (response: Response) => unknown,
])[] = [
  ['res.json', 200, '{"ok":true}', (response) => response.json({ ok: true })],
  ['res.status(201).json', 201, '{"ok":true}', (response) => response.status(201).json({ ok: true })],
  ['res.status(202).send', 202, 'taken', (response) => response.status(202).send('taken')],
  ['res.sendStatus(204)', 204, '', (response) => response.sendStatus(204)],
  ['res.end', 200, 'done', (response) => response.end('done')],
  ['res.end with nothing', 200, '', (response) => response.end()],
  [
    'res.write and res.end',
    200,
    'one two',
    (response) => {
      response.write('one ');
      response.end('two');
    },
  ],
  ['res.writeHead and res.end', 203, 'x', (response) => response.writeHead(203, { 'x-mine': 'yes' }).end('x')],
  [
    'res.flushHeaders and res.end',
    200,
    'x',
    (response) => {
      response.flushHeaders();
      response.end('x');
    },
  ],
  ['a stream that is piped', 200, 'abc', (response) => pipeline(Readable.from(['a', 'b', 'c']), response)],
  ['res.sendFile', 200, readFileSync(THIS_FILE, 'latin1'), (response) => sendFile(response)],
  ['res.redirect', 302, 'Found. Redirecting to /elsewhere', (response) => response.redirect('/elsewhere')],
  ['res.status(400).json', 400, '{"error":"no"}', (response) => response.status(400).json({ error: 'no' })],
  ['res.status(410).end', 410, '', (response) => response.status(410).end()],
  ['res.sendStatus(500)', 500, 'Internal Server Error', (response) => response.sendStatus(500)],
];

function sendFile(response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    response.sendFile(THIS_FILE, (error) => (error ? reject(error) : resolve()));
  });
}

describe.each(SHAPES)('%s: handlers', (_name, express, form) => {
  let site: Site;
  let watched: ReturnType<typeof watchProcess>;

  async function start(settings: Omit<SiteSettings, 'express' | 'form'> = {}): Promise<Site> {
    site = await startSite({ express, form, ...settings });
    return site;
  }
  const outcomes = () => site.settled.map(({ outcome }) => outcome);
  const settledTimes = (times: number) => until(() => site.settled.length >= times, `${times} runs were settled`);

  beforeEach(() => {
    watched = watchProcess();
  });
  afterEach(async () => {
    await site.close();
    watched.stop();
    expect(watched.troubles).toEqual([]);
  });

  it.each(ANSWERS)('sends what the route answers with %s, and settles by its status %i', async (...parts) => {
    const [, status, body, answer] = parts;
    await start({ route: async (_delivery, _request, response) => void (await answer(response)) });
    const line = await dial(site.port);
    const bytes = delivery(await signed(), BODY);
    line.write(bytes);
    const first = await line.answer();
    expect(first.status).toBe(status);
    expect(first.body).toBe(body);
    await settledTimes(1);
    expect(outcomes()).toEqual([status < 300 ? 'committed' : 'released']);
    // The connection goes on, and the repeat is what the settlement says it is.
    line.write(bytes);
    const [, second] = await line.answers(2);
    expect(second?.status).toBe(status < 300 ? 200 : status);
    expect(site.started).toHaveLength(status < 300 ? 1 : 2);
  });

  it('that begins to write and then fails has failed: the caller is told so, and the retry runs', async () => {
    if (form === 'middleware') return; // There the first byte is on its way: the route's framework cuts the connection.
    await start({
      route: async (delivery, _request, response) => {
        if (delivery.attempt > 1) return;
        response.write('half');
        await Promise.resolve();
        throw new Error('in the middle');
      },
    });
    const bytes = delivery(await signed(), BODY);
    const first = await send(site.port, bytes);
    expect(first.status).toBe(503);
    expect(first.body).not.toContain('half');
    expect((await send(site.port, bytes)).status).toBe(200);
    expect(site.started.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('that answers with a stream which breaks in the middle has failed at once', async () => {
    await start({
      route: async (_delivery, _request, response: Response) => {
        const broken = Readable.from(
          (async function* () {
            yield 'half';
            throw new Error('in the middle');
          })(),
        );
        await pipeline(broken, response).catch((error) => {
          if (form === 'handler') throw error;
        });
      },
      options: { handlerTimeoutMs: 60_000 },
    });
    const line = await dial(site.port);
    line.write(delivery(await signed(), BODY));
    await until(line.closed, 'the connection was cut');
    await settledTimes(1);
    expect(site.settled[0]).toMatchObject({ outcome: 'released', reason: 'handler-failed' });
  });

  it.each(['reset', 'end'])(
    'that ends after its client has left by a %s has succeeded, though the response was destroyed',
    async (how) => {
      const left = gate();
      await start({
        route: async (_delivery, _request, response) => {
          if (form === 'middleware') response.write('half');
          response.socket?.once(how === 'reset' ? 'close' : 'end', left.open);
          await left.passed;
          response.destroy();
          response.end('done');
        },
      });
      const line = await dial(site.port);
      line.write(delivery(await signed(), BODY));
      await until(() => site.started.length === 1, 'the handler began');
      if (how === 'reset') line.socket.resetAndDestroy();
      else line.socket.end();
      await settledTimes(1);
      expect(outcomes()).toEqual(['committed']);
      line.hangUp();
    },
  );

  it.each([
    ['of this runtime', () => new globalThis.Response('no', { status: 500 })],
    ['that redirects', () => Promise.resolve(new globalThis.Response(null, { status: 302 }))],
    [
      'of another class',
      () => ({ status: 500, headers: new Map(), body: null, arrayBuffer: (): undefined => undefined }),
    ],
  ])('that returns a failing Fetch Response %s has failed', async (_what, make) => {
    if (form === 'middleware') return; // There nobody looks at what a route returns, and the route has not answered.
    await start({ route: make });
    const bytes = delivery(await signed(), BODY);
    expect((await send(site.port, bytes)).status).toBe(503);
    expect(outcomes()).toEqual(['released']);
    expect(site.settled[0]?.error).toMatchObject({ message: expect.stringContaining('returned a Response') });
    expect((await send(site.port, bytes)).status).toBe(503);
    expect(site.started).toHaveLength(2);
  });

  it.each([
    ['a Fetch Response that is a success', new globalThis.Response('done')],
    ['a number', 500],
    ['an array', [new globalThis.Response('one of many')]],
    ['a text', 'done'],
    ['the result of a query', { status: 500, headers: {}, body: 'row', data: [] }],
    ['null', null],
  ])('that returns %s has succeeded', async (_what, value) => {
    await start({ route: () => value });
    expect((await send(site.port, delivery(await signed(), BODY))).status).toBe(200);
    await settledTimes(1);
    expect(outcomes()).toEqual(['committed']);
  });

  it.each([
    ['fail', 503],
    ['acknowledge', 200],
  ] as const)('that calls delivery.%s() and then answers otherwise is not heard', async (method, status) => {
    await start({
      route: (genuine, _request, response) => {
        genuine[method]();
        response.status(410).send('gone');
      },
    });
    const answer = await send(site.port, delivery(await signed(), BODY));
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain('gone');
  });

  it('answers a generic 503 when the route throws, and gives the event back for a second try', async () => {
    for (const asynchronously of [false, true]) {
      await start({
        route: (delivery) => {
          const error = new Error('the database password is hunter2');
          if (delivery.attempt > 1) return undefined;
          if (asynchronously) return Promise.reject(error);
          throw error;
        },
      });
      const bytes = delivery(await signed(), BODY);
      const answer = await send(site.port, bytes);
      expect(answer.status).toBe(503);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      expect(Object.keys(JSON.parse(answer.body)).sort()).toEqual(['instance', 'status', 'title']);
      expect(JSON.stringify(answer)).not.toMatch(/hunter2|Error|handlers\.test/);
      await settledTimes(1);
      expect(site.settled[0]).toMatchObject({ outcome: 'released', reason: 'handler-failed', attempt: 1 });
      expect(site.settled[0]?.error).toBeInstanceOf(Error);

      expect((await send(site.port, bytes)).status).toBe(200);
      expect(site.started.map(({ attempt, previouslyStarted }) => [attempt, previouslyStarted])).toEqual([
        [1, false],
        [2, true],
      ]);
      await settledTimes(2);
      expect(outcomes()).toEqual(['released', 'committed']);
      if (!asynchronously) await site.close();
    }
  });

  it.each(['test', 'production'])(
    'never sends Express’s own error page, in the environment %s',
    async (environment) => {
      const logged = vi.spyOn(console, 'error').mockReturnValue(undefined);
      const fail = () => {
        throw Object.assign(new Error('secret words'), { status: 418, headers: { 'x-leak': 'secret words' } });
      };
      try {
        await start({
          before: (app) => {
            app.set('env', environment);
            app.get('/unguarded', fail);
          },
          route: fail,
        });
        // What it would send: the page is there to be kept back.
        const page = await send(site.port, head([], 'GET', '/unguarded'));
        expect(JSON.stringify(page)).toContain('secret words');
        const answer = await send(site.port, delivery(await signed(), BODY));
        expect(answer.status).toBe(503);
        expect(answer.headers['content-type']).toBe('application/problem+json');
        expect(JSON.stringify(answer)).not.toMatch(/secret words|<html|handlers\.test/);
      } finally {
        logged.mockRestore();
      }
    },
  );

  it('gives the event back at the deadline, aborts the signal, and lets a late end change nothing', async () => {
    const { passed, open } = gate();
    const finished = gate();
    const late: unknown[] = [];
    await start({
      options: { handlerTimeoutMs: 60 },
      route: async (delivery, _request, response) => {
        if (delivery.attempt > 1) return void response.sendStatus(200);
        await passed;
        try {
          response.status(200).set('x-late', 'yes').cookie('late', 'yes').json({ late: true });
          response.end();
        } catch (error) {
          late.push(error);
        }
        finished.open();
      },
    });
    const line = await dial(site.port);
    const bytes = delivery(await signed(), BODY);
    line.write(bytes);
    const answer = await line.answer();
    expect(answer.status).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(site.started[0]?.signal.aborted).toBe(true);
    expect(site.started[0]?.signal.reason).toMatchObject({ name: 'TimeoutError' });
    expect(site.settled[0]).toMatchObject({ outcome: 'released', reason: 'handler-timeout' });
    open();
    await finished.passed;
    expect(late).toEqual([]);
    expect(line.received()).not.toContain('late');
    // It was not committed, so a retry runs.
    expect((await send(site.port, bytes)).status).toBe(200);
    expect(site.started.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it.each<[string, (response: Response) => unknown]>([
    ['res.json', (response) => response.json({})],
    ['res.sendStatus', (response) => response.sendStatus(200)],
    ['res.writeHead', (response) => response.writeHead(200, { 'x-late': 'yes' }).end('late')],
    ['res.redirect', (response) => response.redirect('/late')],
    ['res.setHeader and res.write', (response) => response.setHeader('x-late', 'yes').write('late')],
    ['res.append and res.removeHeader', (response) => response.append('x-late', 'yes').removeHeader('x-late')],
    ['a pipe', (response) => Readable.from(['late']).pipe(response)],
  ])('survives %s in a callback that comes after the deadline', async (_how, answer) => {
    let problem: unknown;
    const { passed, open } = gate();
    const called = gate();
    await start({
      options: { handlerTimeoutMs: 40 },
      // The way of callbacks: nobody awaits it, so what it throws would end the process.
      route: (_delivery, _request, response) =>
        new Promise<void>(() => {
          void passed.then(() => {
            try {
              answer(response);
            } catch (error) {
              problem = error;
            }
            called.open();
          });
        }),
    });
    const answered = await send(site.port, delivery(await signed(), BODY));
    expect(answered.status).toBe(503);
    open();
    await called.passed;
    expect(problem).toBeUndefined();
  });

  it.each<[string, (response: Response) => unknown, (response: Response) => unknown]>([
    [
      'res.json',
      (response) => response.status(400).set('x-answer', 'first').json({ answer: 'first' }),
      (response) => response.status(200).set('x-answer', 'second').json({ answer: 'the second' }),
    ],
    [
      'res.writeHead',
      (response) => response.writeHead(400, { 'x-answer': 'first' }).end('{"answer":"first"}'),
      (response) => response.writeHead(200, { 'x-answer': 'second' }).end('{"answer":"second"}'),
    ],
  ])('keeps one answer, status and headers and body together, when a route answers twice with %s', async (...parts) => {
    const [, answerOnce, answerAgain] = parts;
    const sent: boolean[] = [];
    await start({
      route: (_delivery, _request, response) => {
        sent.push(response.headersSent);
        answerOnce(response);
        sent.push(response.headersSent);
        try {
          answerAgain(response);
        } catch {
          // Where nobody guards, Node throws here, and so it may.
        }
      },
    });
    const line = await dial(site.port);
    line.write(delivery(await signed(), BODY));
    const answer = await line.answer();
    expect(answer).toMatchObject({ status: 400, body: '{"answer":"first"}' });
    expect(answer.headers['x-answer']).toBe('first');
    // What routes ask to find out whether somebody has answered.
    expect(sent).toEqual([false, true]);
    await settledTimes(1);
    // What the caller saw is what was settled: a 400 over a committed event would lose it.
    expect(outcomes()).toEqual(['released']);
    line.write(delivery({}, '{}'));
    expect((await line.answers(2))[1]?.status).toBe(401);
  });

  if (form === 'handler') {
    it('sends the first of two ends, and survives the second', async () => {
      await start({
        route: (_delivery, _request, response) => {
          response.end('first');
          response.end('second');
          response.write('third');
        },
      });
      const line = await dial(site.port);
      line.write(delivery(await signed(), BODY));
      expect(await line.answer()).toMatchObject({ status: 200, body: 'first' });
      line.write(delivery({}, '{}'));
      expect((await line.answers(2))[1]?.status).toBe(401);
    });
  }

  it('acknowledges at once when the handler asks for it, and lets the rest run on', async () => {
    const { passed, open } = gate();
    const finished = gate();
    await start({
      route: async (delivery, _request, response) => {
        delivery.acknowledge();
        await passed;
        response.status(500).json({ late: true });
        finished.open();
      },
    });
    const bytes = delivery(await signed(), BODY);
    expect(await send(site.port, bytes)).toMatchObject({ status: 200, body: '' });
    expect(outcomes()).toEqual(['committed']);
    open();
    await finished.passed;
    expect((await send(site.port, bytes)).status).toBe(200);
    expect(site.started).toHaveLength(1);
    expect(outcomes()[0]).toBe('committed');
  });

  it('sends the acknowledgement of acknowledge(), whatever the handler answers after it', async () => {
    await start({
      route: (delivery, _request, response) => {
        delivery.acknowledge();
        response.status(500).json({ afterwards: true });
      },
    });
    const answer = await send(site.port, delivery(await signed(), BODY));
    await until(() => outcomes().includes('committed'), 'the run was committed');
    expect(outcomes()).not.toContain('released');
    expect(answer).toMatchObject({ status: 200, body: '' });
  });

  it('asks for another try when the handler calls fail(), though it returns or answers 200', async () => {
    for (const answers of [false, true]) {
      await start({
        route: (delivery, _request, response) => {
          delivery.fail(new Error('not today'));
          if (answers) response.json({ ok: true });
        },
      });
      const answer = await send(site.port, delivery(await signed(), BODY));
      expect(answer.status).toBe(503);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      await settledTimes(1);
      expect(site.settled[0]).toMatchObject({ outcome: 'released', reason: 'handler-failed' });
      expect((await send(site.port, delivery(await signed(), BODY))).status).toBe(503);
      expect(site.started.map(({ attempt }) => attempt)).toEqual([1, 2]);
      if (!answers) await site.close();
    }
  });

  it('starts one handler for two copies that come at once, and tells the other to come again', async () => {
    const { passed, open } = gate();
    await start({ route: () => passed });
    const bytes = delivery(await signed(), BODY);
    const first = await dial(site.port);
    first.write(bytes);
    await until(() => site.started.length === 1, 'the handler was started');
    const second = await send(site.port, bytes);
    expect(second.status).toBe(503);
    expect(Number(second.headers['retry-after'])).toBeGreaterThan(0);
    expect(site.verdicts[1]?.reason).toBe('in-flight');
    open();
    expect((await first.answer()).status).toBe(200);
    await settledTimes(1);
    expect((await send(site.port, bytes)).status).toBe(200);
    expect(site.started).toHaveLength(1);
  });

  it('starts one handler for fifty copies that come at once', async () => {
    await start({ route: () => new Promise<void>((resolve) => setImmediate(resolve)) });
    const bytes = delivery(await signed(), BODY);
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(site.port, bytes)));
    expect(site.started).toHaveLength(1);
    expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
  });

  it.each<[string, (response: Response) => unknown]>([
    ['returns', () => undefined],
    ['answers with res.json', (response) => response.json({ ok: true })],
    [
      'answers in pieces',
      (response) => {
        response.write('a');
        response.end('b');
      },
    ],
  ])('commits when the client went away while the handler ran, and the handler then %s', async (how, answer) => {
    const { passed, open } = gate();
    await start({
      route: async (delivery, _request, response) => {
        await passed;
        expect(delivery.signal.aborted).toBe(false);
        if (form === 'middleware' && how === 'returns') response.sendStatus(200);
        else answer(response);
      },
    });
    const bytes = delivery(await signed(), BODY);
    const line = await dial(site.port);
    line.write(bytes);
    await until(() => site.started.length === 1, 'the handler was started');
    line.hangUp();
    await until(() => site.sockets[0]?.destroyed === true, 'the server noticed');
    open();
    await settledTimes(1);
    expect(outcomes()).toEqual(['committed']);
    expect((await send(site.port, bytes)).status).toBe(200);
    expect(site.started).toHaveLength(1);
  });

  it('gives the event back when the client went away and the handler then failed', async () => {
    const { passed, open } = gate();
    await start({
      route: async (delivery) => {
        if (delivery.attempt > 1) return;
        await passed;
        throw new Error('failed');
      },
    });
    const bytes = delivery(await signed(), BODY);
    const line = await dial(site.port);
    line.write(bytes);
    await until(() => site.started.length === 1, 'the handler was started');
    line.hangUp();
    await until(() => site.sockets[0]?.destroyed === true, 'the server noticed');
    open();
    await settledTimes(1);
    expect(outcomes()).toEqual(['released']);
    expect((await send(site.port, bytes)).status).toBe(200);
  });

  it('claims nothing and runs nothing when the client went away while its signature was verified', async () => {
    const { passed, open } = gate();
    const verifying = gate();
    const provider = liasonpay();
    const scheme: Scheme = {
      ...provider.scheme,
      async verify(...parts) {
        verifying.open();
        await passed;
        return provider.scheme.verify(...parts);
      },
    };
    await start({ options: { provider: { ...provider, scheme } } });
    const line = await dial(site.port);
    line.write(delivery(await signed(), BODY));
    await verifying.passed;
    line.hangUp();
    await until(() => site.sockets[0]?.destroyed === true, 'the server noticed');
    open();
    await until(() => site.verdicts.length === 1, 'a verdict was recorded');
    expect(site.verdicts[0]?.reason).toBe('body-incomplete');
    expect(site.claims()).toBe(0);
    expect(site.started).toHaveLength(0);
  });

  describe('with a store that is slow or fails', () => {
    function storeWith(complete: ClaimStore['complete']): ClaimStore {
      const store = memoryStore();
      return {
        claim: (key, request) => store.claim(key, request),
        complete,
        release: (key, owner) => store.release(key, owner),
      };
    }

    if (form === 'handler') {
      it.each(ANSWERS.filter(([, status]) => status < 300))(
        'sends no byte of %s before the commit',
        async (_how, _status, _body, answer) => {
          const commit: Gate = gate();
          let asked = false;
          await start({
            options: {
              store: storeWith(async () => {
                asked = true;
                await commit.passed;
                return true;
              }),
            },
            route: (_delivery, _request, response) => answer(response),
          });
          const line = await dial(site.port);
          line.write(delivery(await signed(), BODY));
          await until(() => asked, 'the commit was asked for');
          // A round trip on the same event loop: a byte that had left would be here.
          expect((await send(site.port, delivery({}, '{}'))).status).toBe(401);
          expect(line.received()).toBe('');
          commit.open();
          expect((await line.answer()).status).toBe(_status);
        },
      );

      it.each<[string, ClaimStore['complete']]>([
        ['returns false', async () => false],
        ['rejects', () => Promise.reject(new Error('the store is down'))],
        [
          'throws',
          () => {
            throw new Error('the store is down');
          },
        ],
      ])('answers 503 and not the handler’s own 200 when complete() %s', async (_what, complete) => {
        for (const route of [
          () => undefined,
          (_delivery: unknown, _request: unknown, response: Response) =>
            response.status(200).cookie('a', 'b').json({ ok: true }),
          (_delivery: unknown, _request: unknown, response: Response) => Readable.from(['a', 'b']).pipe(response),
        ]) {
          await start({ options: { store: storeWith(complete) }, route });
          const answer = await send(site.port, delivery(await signed(), BODY));
          expect(answer.status).toBe(503);
          expect(answer.headers['content-type']).toBe('application/problem+json');
          expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
          expect(answer.headers['set-cookie']).toBeUndefined();
          expect(answer.body).not.toContain('store');
          await settledTimes(1);
          expect(outcomes()).toEqual(['uncommitted']);
          await site.close();
        }
        await start();
      });
    } else {
      it('commits when the response has been sent', async () => {
        const seen: string[] = [];
        let received = () => '';
        await start({
          options: {
            store: storeWith(async () => {
              seen.push(received());
              return true;
            }),
          },
          route: (_delivery, _request, response) => response.json({ ok: true }),
        });
        const line = await dial(site.port);
        received = line.received;
        line.write(delivery(await signed(), BODY));
        await line.answer();
        await settledTimes(1);
        expect(outcomes()).toEqual(['committed']);
        expect(seen).toHaveLength(1);
      });
    }

    it('lets no 200 overtake the deadline while the claim is still being given back', async () => {
      const store = memoryStore();
      const releasing = gate();
      const released = gate();
      await start({
        options: {
          handlerTimeoutMs: 40,
          store: {
            claim: (key, request) => store.claim(key, request),
            complete: (key, owner) => store.complete(key, owner),
            async release(key, owner) {
              releasing.open();
              await released.passed;
              return store.release(key, owner);
            },
          },
        },
        route: async (_delivery, _request, response) => {
          await releasing.passed;
          response.json({ late: true });
          released.open();
        },
      });
      expect((await send(site.port, delivery(await signed(), BODY))).status).toBe(503);
      expect(outcomes()).toContain('released');
      expect(outcomes()).not.toContain('committed');
    });

    it('answers 503 and runs nothing when claim() fails, in either way', async () => {
      for (const claim of [
        () => Promise.reject(new Error('down')),
        async (): Promise<never> => {
          throw new Error('down');
        },
      ]) {
        await start({ options: { store: { ...storeWith(async () => true), claim } } });
        const answer = await send(site.port, delivery(await signed(), BODY));
        expect(answer.status).toBe(503);
        expect(site.verdicts[0]?.reason).toBe('store-unavailable');
        expect(site.started).toHaveLength(0);
        await site.close();
      }
      await start();
    });
  });
});
