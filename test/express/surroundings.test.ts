import { type ClaimStore, defineProvider, hmac, memoryStore, sign } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { webhook } from '@postern/express';
import type { NextFunction, Request, Response } from 'express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { delivery, dial, head, jsonHead, send } from './caller.ts';
import {
  BODY,
  EXPRESSES,
  gate,
  listen,
  NOW_SECONDS,
  PATH,
  SECRET,
  SHAPES,
  type Site,
  type SiteSettings,
  signed,
  startSite,
  until,
  watchProcess,
} from './rig.ts';

const now = () => NOW_SECONDS * 1000;

describe.each(SHAPES)('%s: surroundings', (_name, express, form) => {
  let site: Site;
  let watched: ReturnType<typeof watchProcess>;

  async function start(settings: Omit<SiteSettings, 'express' | 'form'> = {}): Promise<Site> {
    site = await startSite({ express, form, ...settings });
    return site;
  }
  const outcomes = () => site.settled.map(({ outcome }) => outcome);

  beforeEach(() => {
    watched = watchProcess();
  });
  afterEach(async () => {
    await site.close();
    watched.stop();
    expect(watched.troubles).toEqual([]);
  });

  it('lets a logger see the status of every response, once', async () => {
    const lines: string[] = [];
    await start({
      before: (app) =>
        void app.use((request, response, next) => {
          response.once('finish', () => lines.push(`${request.method} ${response.statusCode} ${response.headersSent}`));
          next();
        }),
      route: (delivery, _request, response) => {
        if (delivery.attempt === 1) throw new Error('first try');
        response.status(202).json({});
      },
    });
    const bytes = delivery(await signed(), BODY);
    expect((await send(site.port, delivery({}, BODY))).status).toBe(401);
    expect((await send(site.port, bytes)).status).toBe(503);
    expect((await send(site.port, bytes)).status).toBe(202);
    expect((await send(site.port, bytes)).status).toBe(200);
    expect(lines).toEqual(['POST 401 true', 'POST 503 true', 'POST 202 true', 'POST 200 true']);
  });

  it('keeps what others set before the guard, and nothing the failing route set', async () => {
    await start({
      before: (app) =>
        void app.use((_request, response, next) => {
          response.setHeader('x-request-id', 'r-1');
          next();
        }),
      route: (_delivery, _request, response) => {
        response.setHeader('x-from-route', 'yes');
        throw new Error('after a header was set');
      },
    });
    const answer = await send(site.port, delivery(await signed(), BODY));
    expect(answer).toMatchObject({ status: 503, headers: { 'x-request-id': 'r-1' } });
    expect(answer.headers).not.toHaveProperty('x-from-route');
  });

  it('works under a middleware that wraps the response, and ends it late', async () => {
    await start({
      before: (app) =>
        void app.use((_request, response, next) => {
          const { end, writeHead } = response;
          response.writeHead = ((...values: Parameters<Response['writeHead']>) => {
            response.setHeader('x-wrapped', 'yes');
            return writeHead.apply(response, values);
          }) as Response['writeHead'];
          response.end = ((...values: Parameters<Response['end']>) => {
            setImmediate(() => end.apply(response, values));
            return response;
          }) as Response['end'];
          next();
        }),
      route: (_delivery, _request, response) => response.status(201).json({ ok: true }),
    });
    const answer = await send(site.port, delivery(await signed(), BODY));
    expect(answer).toMatchObject({ status: 201, body: '{"ok":true}', headers: { 'x-wrapped': 'yes' } });
    await until(() => site.settled.length === 1, 'the run was settled');
    expect(outcomes()).toEqual(['committed']);
    expect((await send(site.port, delivery({}, BODY))).headers['x-wrapped']).toBe('yes');
  });

  it('runs nothing when the app gave up on the request while its body was coming', async () => {
    const answered = gate();
    await start({
      before: (app) =>
        void app.use((request, response, next) => {
          if (request.headers['x-slow'] !== undefined) {
            request.once('data', () => {
              response.status(504).json({ by: 'the app' });
              answered.open();
            });
          }
          next();
        }),
      route: (_delivery, _request, response) => response.end('x'),
    });
    const line = await dial(site.port);
    line.write(jsonHead(await signed(), Buffer.byteLength(BODY), [['X-Slow', 'yes']]) + BODY.slice(0, 20));
    await answered.passed;
    line.write(BODY.slice(20));
    expect(await line.answer()).toMatchObject({ status: 504, body: '{"by":"the app"}' });
    await until(() => site.verdicts.length === 1, 'a verdict was recorded');
    expect(site.started).toHaveLength(0);
    expect(site.claims()).toBe(0);
    expect((await send(site.port, delivery(await signed(), BODY))).status).toBe(200);
  });

  it.each([
    ['answers with res.json', (response: Response) => response.json({})],
    ['answers with res.end', (response: Response) => response.end('x')],
    ['returns', () => undefined],
  ])('survives an app that gave up while the claim was made, when the route then %s', async (_how, answer) => {
    const claiming = gate();
    const claimed = gate();
    const inner = memoryStore({ now });
    const store: ClaimStore = {
      async claim(key, request) {
        claiming.open();
        await claimed.passed;
        return inner.claim(key, request);
      },
      complete: (key, owner) => inner.complete(key, owner),
      release: (key, owner) => inner.release(key, owner),
    };
    await start({
      options: { store },
      before: (app) =>
        void app.use((request, response, next) => {
          if (request.headers['liasonpay-signature'] !== undefined)
            void claiming.passed.then(() => response.status(504).json({ by: 'the app' }));
          next();
        }),
      route: (_delivery, _request, response) => {
        try {
          answer(response);
        } catch {
          // Headers are sent: Node says so to any route that answers after somebody else has.
        }
      },
    });
    const line = await dial(site.port);
    line.write(delivery(await signed(), BODY));
    expect((await line.answer()).status).toBe(504);
    claimed.open();
    await until(() => site.started.length === 1, 'the handler was started');
    line.write(delivery({}, '{}'));
    expect((await line.answers(2))[1]?.status).toBe(401);
  });

  if (form === 'handler') {
    it('drops what the handler writes under an answer of the app that is still leaving', async () => {
      const claiming = gate();
      const claimed = gate();
      const inner = memoryStore({ now });
      await start({
        options: {
          store: {
            async claim(key, request) {
              claiming.open();
              await claimed.passed;
              return inner.claim(key, request);
            },
            complete: (key, owner) => inner.complete(key, owner),
            release: (key, owner) => inner.release(key, owner),
          },
        },
        before: (app) =>
          void app.use((_request, response, next) => {
            // More than the socket takes: it is ended, and has not left.
            void claiming.passed.then(() => response.status(504).end(Buffer.alloc(32_000_000)));
            next();
          }),
        route: (_delivery, _request, response) => response.end('x'),
      });
      const line = await dial(site.port);
      line.socket.pause();
      line.write(delivery(await signed(), BODY));
      await claiming.passed;
      claimed.open();
      await until(() => site.settled.length === 1, 'the run was settled');
      line.hangUp();
    });
  }

  it('gives the event back when the app gave up on the request while the handler ran', async () => {
    const { passed, open } = gate();
    let giveUp = () => {};
    await start({
      before: (app) =>
        void app.use((_request, response, next) => {
          giveUp = () => void response.status(504).json({ by: 'the app' });
          next();
        }),
      route: async () => {
        await passed;
      },
    });
    const line = await dial(site.port);
    line.write(delivery(await signed(), BODY));
    await until(() => site.started.length === 1, 'the handler was started');
    giveUp();
    expect(await line.answer()).toMatchObject({ status: 504, body: '{"by":"the app"}' });
    await until(() => site.settled.length === 1, 'the run was settled');
    expect(outcomes()).toEqual(['released']);
    open();
  });

  it('answers 405 with Allow to every other method, without reading or claiming anything', async () => {
    await start({
      before: (app) => {
        const options = { provider: liasonpay(), secrets: SECRET, now };
        app.all('/all', form === 'handler' ? webhook(options, () => undefined) : webhook(options));
      },
    });
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH']) {
      const line = await dial(site.port);
      line.write(
        head([['Content-Length', '0'], ['Connection', 'close'], ...Object.entries(await signed(''))], method, '/all'),
      );
      await until(line.closed, 'the connection was closed');
      expect(line.received()).toMatch(/^HTTP\/1.1 405 Method Not Allowed\r\n/);
      expect(line.received()).toMatch(/\r\nallow: POST\r\n/i);
      const body = line.received().split('\r\n\r\n')[1];
      if (method === 'HEAD') expect(body).toBe('');
      else expect(JSON.parse(body ?? '')).toMatchObject({ status: 405 });
    }
  });

  it('sends an acknowledgement of 204 without a Content-Length, and the connection goes on', async () => {
    const provider = defineProvider({
      name: 'quiet',
      scheme: hmac({
        digest: 'sha256',
        encoding: 'hex',
        content: '{body}',
        signature: { header: 'x-quiet-signature', grammar: 'plain' },
      }),
      acknowledgement: { status: 204 },
    });
    await start({ options: { provider }, route: (delivery) => delivery.acknowledge() });
    const bytes = delivery(await sign(provider, { secret: SECRET, body: BODY }), BODY);
    const first = await send(site.port, bytes);
    expect(first.status).toBe(204);
    expect(first.headers['content-length']).toBeUndefined();
    const line = await dial(site.port);
    line.write(bytes);
    line.write(bytes);
    for (const answer of await line.answers(2)) {
      expect(answer.status).toBe(204);
      expect(answer.headers['content-length']).toBeUndefined();
    }
    expect(site.started).toHaveLength(1);
  });

  it('serves a client of HTTP/1.0', async () => {
    await start();
    const line = await dial(site.port);
    line.write(jsonHead(await signed(), Buffer.byteLength(BODY)).replace('HTTP/1.1', 'HTTP/1.0') + BODY);
    expect((await line.answer()).status).toBe(200);
    await until(line.closed, 'the connection was closed');
  });
});

describe.each(EXPRESSES)('%s: the middleware form among other middleware', (_name, express) => {
  let site: Site;
  let watched: ReturnType<typeof watchProcess>;
  const outcomes = () => site.settled.map(({ outcome }) => outcome);

  async function start(settings: Omit<SiteSettings, 'express' | 'form'>): Promise<void> {
    site = await startSite({ express, form: 'middleware', ...settings });
  }
  beforeEach(() => {
    watched = watchProcess();
  });
  afterEach(async () => {
    await site.close();
    watched.stop();
    expect(watched.troubles).toEqual([]);
  });

  const fail = () => {
    throw new Error('secret words');
  };

  it.each<[string, (error: Error, request: Request, response: Response, next: NextFunction) => void, string]>([
    ['JSON', (_error, _request, response, _next) => void response.status(422).json({ mine: true }), '{"mine":true}'],
    ['HTML', (_error, _request, response, _next) => void response.status(422).send('<p>mine</p>'), '<p>mine</p>'],
  ])('leaves the answer of the app’s own error handler as it is: %s', async (_what, handler, body) => {
    await start({ route: fail, after: (app) => void app.use(handler) });
    expect(await send(site.port, delivery(await signed(), BODY))).toMatchObject({ status: 422, body });
    await until(() => site.settled.length === 1, 'the run was settled');
    expect(site.settled[0]).toMatchObject({ outcome: 'released', reason: 'handler-failed' });
  });

  it('commits where the app’s own error handler answers 200', async () => {
    await start({
      route: fail,
      after: (app) =>
        void app.use((_error: Error, _request: Request, response: Response, _next: NextFunction) => {
          response.sendStatus(200);
        }),
    });
    expect((await send(site.port, delivery(await signed(), BODY))).status).toBe(200);
    await until(() => site.settled.length === 1, 'the run was settled');
    expect(outcomes()).toEqual(['committed']);
  });

  it('answers a generic 503 when the app’s own error handler passes the error on', async () => {
    await start({
      route: fail,
      after: (app) =>
        void app.use((error: Error, _request: Request, _response: Response, next: NextFunction) => next(error)),
    });
    const answer = await send(site.port, delivery(await signed(), BODY));
    expect(answer).toMatchObject({ status: 503, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.stringify(answer)).not.toContain('secret words');
    expect(outcomes()).toEqual(['released']);
  });

  it('answers a generic 503 where there is no route behind the guard', async () => {
    const options = { provider: liasonpay(), secrets: SECRET, now };
    await start({ before: (app) => void app.post('/nothing-behind', webhook(options)) });
    const request = Buffer.from(delivery(await signed(), BODY))
      .toString('latin1')
      .replace(PATH, '/nothing-behind');
    const answer = await send(site.port, Buffer.from(request, 'latin1'));
    expect(answer).toMatchObject({ status: 503, headers: { 'content-type': 'application/problem+json' } });
  });

  it('asks the sender to open another connection when the route may still fail on this one', async () => {
    const logged = vi.spyOn(console, 'error').mockReturnValue(undefined);
    const { passed, open } = gate();
    const failed = gate();
    await start({
      options: { handlerTimeoutMs: 40 },
      route: async () => {
        await passed;
        setImmediate(failed.open);
        throw new Error('late');
      },
    });
    const line = await dial(site.port);
    line.write(delivery(await signed(), BODY));
    expect(await line.answer()).toMatchObject({ status: 503, headers: { connection: 'close' } });
    await until(line.closed, 'the connection was closed');
    open();
    await failed.passed;
    logged.mockRestore();
  });

  it('gives the event back at its deadline when a file’s reader has gone and Express ends nothing', async () => {
    const { passed, open } = gate();
    await start({
      options: { handlerTimeoutMs: 300 },
      route: async (delivery, _request, response) => {
        if (delivery.attempt > 1) return void response.sendStatus(200);
        await passed;
        response.sendFile(import.meta.filename);
      },
    });
    const line = await dial(site.port);
    const bytes = delivery(await signed(), BODY);
    line.write(bytes);
    await until(() => site.started.length === 1, 'the handler was started');
    line.hangUp();
    await until(() => site.sockets[0]?.destroyed === true, 'the server noticed');
    open();
    await until(() => site.settled.length === 1, 'the run was settled');
    expect(site.settled[0]).toMatchObject({ outcome: 'released', reason: 'handler-timeout' });
    expect((await send(site.port, bytes)).status).toBe(200);
  });
});

describe.each(EXPRESSES)('%s: where a guard is mounted', (_name, express) => {
  const guard = (endpoint: string, seen: string[]) =>
    webhook({ provider: liasonpay(), secrets: SECRET, now, endpoint }, (delivery) => {
      seen.push(delivery.endpoint);
    });

  it('works under a router, a sub-app, a path with parameters and app.use', async () => {
    const seen: string[] = [];
    const app = express();
    const router = express.Router();
    router.post('/hook', guard('router', seen));
    app.use('/under/a', router);
    const inner = express();
    inner.post('/hook', guard('sub-app', seen));
    app.use('/sub', inner);
    app.post('/tenant/:name/hook', guard('parameter', seen));
    app.use('/used', guard('used', seen));
    const { port, close } = await listen(app);
    try {
      for (const path of ['/under/a/hook', '/sub/hook?x=1', '/tenant/acme/hook', '/used/any/where']) {
        const lines = [['Content-Length', String(Buffer.byteLength(BODY))], ...Object.entries(await signed())] as [
          string,
          string,
        ][];
        expect((await send(port, head(lines, 'POST', path) + BODY)).status).toBe(200);
      }
      expect(seen).toEqual(['router', 'sub-app', 'parameter', 'used']);
    } finally {
      await close();
    }
  });

  it('keeps two endpoints of one provider apart, and says nothing of a delivery elsewhere', async () => {
    const seen: string[] = [];
    const store = memoryStore({ now });
    const app = express();
    for (const endpoint of ['one', 'two'])
      app.post(
        `/${endpoint}`,
        webhook({ provider: liasonpay(), secrets: SECRET, now, endpoint, store }, () => {
          seen.push(endpoint);
        }),
      );
    app.get('/elsewhere', (request, response) => void response.json({ webhook: request.webhook === undefined }));
    const { port, close } = await listen(app);
    try {
      for (const path of ['/one', '/two', '/one']) {
        const lines = [['Content-Length', String(Buffer.byteLength(BODY))], ...Object.entries(await signed())] as [
          string,
          string,
        ][];
        expect((await send(port, head(lines, 'POST', path) + BODY)).status).toBe(200);
      }
      expect(seen).toEqual(['one', 'two']);
      expect((await send(port, head([], 'GET', '/elsewhere'))).body).toBe('{"webhook":true}');
    } finally {
      await close();
    }
  });
});
