import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { connect, constants } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip, gzipSync } from 'node:zlib';
import formbody from '@fastify/formbody';
import { sign } from '@postern/core';
import { slack } from '@postern/core/providers/slack';
import { webhook, webhookScope } from '@postern/fastify';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { delivery, dial, head, send } from '../express/caller.ts';
import {
  BODY,
  NOW_SECONDS,
  OTHER_SECRET,
  PATH,
  SECRET,
  signed,
  until,
  watchProcess,
  watchWarnings,
} from '../express/rig.ts';
import { FORMS, optionsFor, type Site, type SiteSettings, startSite } from './rig.ts';

let close: () => Promise<unknown> = async () => undefined;
afterEach(() => close());
async function start(settings: SiteSettings): Promise<Site> {
  const site = await startSite(settings);
  close = site.close;
  return site;
}
/** An application of which only `inject` is used. */
function application(): FastifyInstance {
  const app = fastify();
  close = () => app.close();
  return app;
}
const post = (app: FastifyInstance, url: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url, headers: { 'content-type': 'application/json', ...headers }, payload: BODY });

describe.each(FORMS)('Fastify, %s form: the application around it', (form) => {
  it('keeps its parsers, its error handler and its routes', async () => {
    const site = await start({
      form,
      before: (app) => {
        app.register(formbody);
        app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, `any: ${body}`));
        app.setErrorHandler((_error, _request, reply) => reply.code(418).send('mine'));
        app.post('/other', async (request) => ({ got: request.body }));
        app.post('/broken', async () => {
          throw new Error('broken');
        });
      },
    });
    const { app } = site;
    expect((await post(app, '/other')).json()).toEqual({ got: JSON.parse(BODY) });
    const form_ = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await app.inject({ method: 'POST', url: '/other', headers: form_, payload: 'a=1' })).json()).toEqual({
      got: { a: '1' },
    });
    expect(
      (await app.inject({ method: 'POST', url: '/other', headers: { 'content-type': 'x/y' }, payload: 'z' })).json(),
    ).toEqual({ got: 'any: z' });
    expect(await post(app, '/broken')).toMatchObject({ statusCode: 418, body: 'mine' });
    // The guard's own answers are nobody else's, and its bodies are bytes whatever parsers there are.
    expect((await send(site.port, delivery({}, BODY))).status).toBe(401);
    for (const type of [
      'application/json',
      'application/x-www-form-urlencoded',
      'application/xml',
      'x/y',
      'nonsense',
      'a/b/c',
    ]) {
      const body = `{"type":"${type}"`;
      const lines = Object.entries({ ...(await signed(body)), 'Content-Type': type, 'Content-Length': body.length });
      const bytes = head(lines.map(([name, value]) => [name, String(value)])) + body;
      expect(await send(site.port, bytes)).toMatchObject({ status: 200 });
      expect(site.started.at(-1)?.text()).toBe(body);
    }
    expect(site.started).toHaveLength(6);
  });

  it('runs all its hooks for a genuine delivery, and those of the answer for a refused one', async () => {
    const ran: string[] = [];
    const site = await start({
      form,
      before: (app) => {
        app.addHook('onRequest', async (_request, reply) => {
          ran.push('onRequest');
          reply.header('x-frame-options', 'DENY');
        });
        app.addHook('preParsing', async () => void ran.push('preParsing'));
        app.addHook('preValidation', async () => void ran.push('preValidation'));
        app.addHook('preHandler', async () => void ran.push('preHandler'));
        app.addHook('onResponse', async (_request, reply) => void ran.push(`onResponse ${reply.statusCode}`));
      },
    });
    const accepted = await send(site.port, delivery(await signed(), BODY));
    await until(() => ran.length === 5, 'all hooks ran');
    expect(ran.splice(0)).toEqual(['onRequest', 'preParsing', 'preValidation', 'preHandler', 'onResponse 200']);
    const refused = await send(site.port, delivery({}, BODY));
    await until(() => ran.length === 2, 'the hook of the answer ran');
    expect(ran.splice(0)).toEqual(['onRequest', 'onResponse 401']);
    const forged = await send(site.port, delivery(await signed(BODY, NOW_SECONDS, OTHER_SECRET), BODY));
    await until(() => ran.length === 3, 'the hook of the answer ran');
    expect(ran).toEqual(['onRequest', 'preParsing', 'onResponse 401']);
    for (const { headers } of [accepted, refused, forged]) expect(headers['x-frame-options']).toBe('DENY');
    await until(() => site.log.filter(({ msg }) => msg === 'request completed').length === 3, 'all were logged');
    expect(site.log.filter(({ res }) => res).map(({ res }) => res?.statusCode)).toEqual([200, 401, 401]);
  });

  it('may refuse in a hook of its own: then no handler runs, and the event is given back', async () => {
    for (const hook of ['preValidation', 'preHandler'] as const) {
      const site = await start({
        form,
        before: (app) => {
          // Without `return reply`, as it is often written.
          app.addHook(hook, async (_request, reply) => void reply.code(429).send({ slow: 'down' }));
        },
      });
      expect(await send(site.port, delivery(await signed(), BODY))).toMatchObject({
        status: 429,
        body: '{"slow":"down"}',
      });
      await until(() => site.settled.length === 1, 'the run was settled');
      expect(site.settled[0]?.outcome).toBe('released');
      expect(site.started).toEqual([]);
      await site.close();
    }
  });

  it('may send any Content-Type: a genuine delivery reaches the handler, whatever Fastify thinks of it', async () => {
    const site = await start({ form });
    const bytes = ['\t', ...Array.from({ length: 0xe0 }, (_none, i) => String.fromCharCode(0x20 + i))].filter(
      (one) => one !== '\x7f',
    );
    const types = [
      ...bytes.flatMap((one) => [`a${one}a/b`, `a/b${one}b`, `a/b;${one}`, `a/b; x=${one}y`, `a/b${one};`, one]),
      ...['', '/', 'a/', '/b', 'a/b;', 'a/b;;', ';', 'undefined', 'none', 'application/json, text/plain', '(a)/b'],
      ...['application/json; charset', 'application/json; charset=bogus', 'a/b; x="unclosed', 'a/b; x="a\\"; y="b"'],
      ...[`a/b; ${'x="y";'.repeat(1_700)}`, `a/b;${'a=";'.repeat(2_500)}`, `a/b;${' '.repeat(10_000)}"`],
      ...['multipart/form-data', 'multipart/form-data; boundary='],
    ];
    const line = await dial(site.port);
    for (const [i, type] of types.entries()) {
      const body = `{"n":${i}}`;
      const lines = Object.entries({ ...(await signed(body)), 'Content-Length': String(body.length) });
      line.write(Buffer.from(head([['Content-Type', type], ...lines]) + body, 'latin1'));
    }
    const answers = await line.answers(types.length, 20_000);
    expect(types.filter((_type, i) => answers[i]?.status !== 200)).toEqual([]);
    expect(site.started.map((one) => one.text())).toEqual(types.map((_type, i) => `{"n":${i}}`));
    line.hangUp();
  });

  it('answers by its own error handler what its own hooks throw before the verdict', async () => {
    const site = await start({
      form,
      before: (app) => {
        app.setErrorHandler((_error, _request, reply) => reply.code(418).send('mine'));
        app.addHook('preParsing', async () => {
          throw new Error('no');
        });
      },
    });
    expect(await send(site.port, delivery(await signed(), BODY))).toMatchObject({ status: 418, body: 'mine' });
    expect(site.started).toEqual([]);
  });

  it('keeps the context that its hooks opened', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const site = await start({
      form,
      before: (app) =>
        app.addHook('preParsing', (_request, _reply, payload, done) => storage.run('mine', () => done(null, payload))),
      route: () => void seen.push(storage.getStore()),
    });
    await send(site.port, delivery(await signed(), BODY));
    expect(seen).toEqual(['mine']);
  });

  it('hears of deliveries in the log of the request, with no body, signature or secret in it', async () => {
    const site = await start({
      form,
      options: { onVerdict: undefined },
      route: (genuine) => {
        if (genuine.attempt === 1) throw new Error('first try');
      },
    });
    const headers = await signed();
    await send(site.port, delivery(headers, BODY));
    await send(site.port, delivery(headers, BODY));
    await send(site.port, delivery(headers, BODY));
    await send(site.port, delivery(headers, `${BODY} `));
    const lines = site.log.filter(({ webhook }) => webhook);
    expect(lines.map(({ level, msg, reqId, err }) => [level, msg, reqId, err?.message])).toEqual(
      [
        [30, 'webhook accepted', 'req-1', undefined],
        [50, 'webhook released: handler-failed', 'req-1', 'first try'],
        [30, 'webhook accepted', 'req-2', undefined],
        [30, 'webhook committed', 'req-2', undefined],
        [30, 'webhook answered', 'req-3', undefined],
        [40, 'webhook refused: bad-signature', 'req-4', undefined],
      ].map((line) =>
        line.map((part) => (part === 'webhook refused: bad-signature' ? 'webhook rejected: bad-signature' : part)),
      ),
    );
    expect(lines[0]?.webhook).toMatchObject({
      provider: 'liasonpay',
      method: 'POST',
      bodyBytes: Buffer.byteLength(BODY),
    });
    const log = JSON.stringify(site.log);
    for (const told of [
      SECRET,
      BODY,
      'Zoë',
      ...Object.values(headers)
        .flatMap((value) => value.split(/[,=]/))
        .filter((part) => part.length > 20),
    ])
      expect(log).not.toContain(told);
  });

  it('warns by the process where there is no logger, and where the logger hears no warnings', async () => {
    for (const logger of [false, { level: 'fatal', stream: { write: () => undefined } }]) {
      const heard = watchWarnings();
      const site = await start({ form, server: { logger }, options: { onVerdict: undefined } });
      await send(site.port, delivery({}, BODY));
      await until(() => heard.warnings.length > 0, 'a warning came');
      heard.stop();
      expect(heard.warnings[0]).toMatchObject({ code: 'POSTERN_REFUSALS' });
      await site.close();
    }
  });

  it.each([
    [
      'replaces the body by an inflated one',
      (app: FastifyInstance) =>
        app.addHook('preParsing', async (_request, _reply, payload) => payload.pipe(createGunzip())),
      /preParsing hook replaced the body.*In Fastify/,
    ],
    [
      'reads the body in preParsing',
      (app: FastifyInstance) =>
        app.addHook('preParsing', async (_request, _reply, payload) => void (await text(payload))),
      /something read the request’s stream.*In Fastify/,
    ],
    [
      'reads the body in onRequest',
      (app: FastifyInstance) => app.addHook('onRequest', async (request) => void (await text(request.raw))),
      /something read the request’s stream.*In Fastify/,
    ],
  ])('that %s is told so at once, with what to do', async (_what, before, remedy) => {
    const watched = watchProcess();
    const site = await start({ form, before: (app) => void before(app) });
    const bytes = gzipSync(BODY);
    expect((await send(site.port, delivery(await signed(bytes), bytes, [['Content-Encoding', 'gzip']]))).status).toBe(
      500,
    );
    // What is no gzip breaks the hook's stream, and must not break the process.
    expect((await send(site.port, delivery(await signed(), BODY))).status).toBe(500);
    expect(site.verdicts[0]).toMatchObject({ reason: 'misconfigured', detail: expect.stringMatching(remedy) });
    expect(site.log.find(({ msg }) => msg === 'webhook rejected: misconfigured')?.level).toBe(50);
    expect(site.started).toEqual([]);
    watched.stop();
    expect(watched.troubles).toEqual([]);
  });

  it('may take the body where it keeps the bytes', async () => {
    const site = await start({
      form,
      before: (app) => {
        app.addHook('preParsing', async (request, _reply, payload) => {
          const rawBody = Buffer.from(await text(payload));
          Object.assign(request.raw, { rawBody });
          return Readable.from(['something else']);
        });
      },
    });
    expect((await send(site.port, delivery(await signed(), BODY))).status).toBe(200);
    expect(site.started[0]?.text()).toBe(BODY);
  });

  it('works with inject, as unit tests use it', async () => {
    const site = await start({ form });
    const headers = await signed();
    expect((await post(site.app, PATH, headers)).statusCode).toBe(200);
    expect((await post(site.app, PATH, headers)).statusCode).toBe(200);
    expect(site.started).toHaveLength(1);
    const refused = await post(site.app, PATH);
    expect(refused.statusCode).toBe(401);
    expect(refused.headers['content-type']).toBe('application/problem+json');
    if (form === 'handler') expect((await site.app.inject({ method: 'GET', url: PATH })).statusCode).toBe(405);
  });

  it('speaks HTTP/2', async () => {
    const heard = watchProcess();
    const app = fastify({ http2: true });
    close = () => app.close();
    let runs = 0;
    const count = () => void runs++;
    if (form === 'handler')
      app.register(
        webhook(optionsFor(), (_delivery, _request, reply) => reply.code(202).send(String(++runs))),
        { prefix: PATH },
      );
    else
      app.register(
        webhookScope(optionsFor(), async (scope) => {
          scope.post('/', async (request, reply) => {
            count();
            return reply.code(202).send(request.webhook.attempt);
          });
        }),
        { prefix: PATH },
      );
    await app.listen({ port: 0, host: '127.0.0.1' });
    const session = connect(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`);
    const ask = async (headers: Record<string, string>, body: string) => {
      const stream = session.request({ ':method': 'POST', ':path': PATH, ...headers });
      stream.end(body);
      const [answer] = await once(stream, 'response');
      return { status: answer[constants.HTTP2_HEADER_STATUS], body: await text(stream) };
    };
    expect(await ask(await signed(), BODY)).toEqual({ status: 202, body: '1' });
    expect((await ask(await signed(), BODY)).status).toBe(200);
    expect((await ask(await signed(), `${BODY} `)).status).toBe(401);
    expect((await ask({}, BODY)).status).toBe(401);
    expect(runs).toBe(1);
    session.close();
    heard.stop();
    expect(heard.troubles).toEqual([]);
  });
});

describe('Fastify, handler form: a hook of the application that answers 2xx', () => {
  const slowOnSend = (app: FastifyInstance) =>
    app.addHook('onSend', async (_request, _reply, payload) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return payload;
    });

  it.each<[how: string, hook: (reply: FastifyReply) => unknown]>([
    ['reply.send', (reply) => void reply.code(200).send('cached')],
    ['return reply.send', (reply) => reply.code(202).send({ cached: true })],
    ['a stream', (reply) => reply.send(Readable.from(['ca', 'ched']))],
    ['reply.hijack and reply.raw', (reply) => void reply.hijack().raw.writeHead(204).end()],
    ['reply.raw alone', (reply) => void reply.raw.end('cached')],
  ])('by %s gives the event back, and the handler does not run', async (_how, hook) => {
    for (const name of ['preValidation', 'preHandler'] as const)
      for (const slow of [false, true]) {
        let answering = true;
        const site = await start({
          before: (app) => {
            if (slow) slowOnSend(app);
            app.addHook(name, async (_request, reply) => (answering ? hook(reply) : undefined));
          },
        });
        const refused = await send(site.port, delivery(await signed(), BODY));
        expect(refused).toMatchObject({ status: 503, headers: { 'content-type': 'application/problem+json' } });
        expect(refused.headers).toHaveProperty('retry-after');
        expect(site.settled).toMatchObject([
          {
            outcome: 'released',
            reason: 'handler-failed',
            error: { message: 'A hook answered before the handler began.' },
          },
        ]);
        await until(() => site.log.some(({ res }) => res), 'the request was logged');
        expect(site.started).toEqual([]);
        // The sender tries again, and nothing is lost.
        answering = false;
        expect((await send(site.port, delivery(await signed(), BODY))).status).toBe(200);
        expect(site.started.map(({ attempt }) => attempt)).toEqual([2]);
        expect(site.settled.map(({ outcome }) => outcome)).toEqual(['released', 'committed']);
        await site.close();
      }
  });

  it('in onRequest, before the verdict, is not touched: nothing is claimed', async () => {
    const site = await start({
      before: (app) => app.addHook('onRequest', async (_request, reply) => reply.code(200).send('maintenance')),
    });
    expect(await send(site.port, delivery(await signed(), BODY))).toMatchObject({ status: 200, body: 'maintenance' });
    expect(site.started).toEqual([]);
    expect(site.claims()).toBe(0);
  });
});

describe('Fastify, scope form: a hook of the application that answers 2xx', () => {
  it('has handled the event: the status of the response decides', async () => {
    const site = await start({
      form: 'scope',
      before: (app) => app.addHook('preHandler', async (_request, reply) => reply.code(200).send('cached')),
    });
    expect(await send(site.port, delivery(await signed(), BODY))).toMatchObject({ status: 200, body: 'cached' });
    await until(() => site.settled.length === 1, 'the run was settled');
    expect(site.settled[0]?.outcome).toBe('committed');
    expect(site.started).toEqual([]);
  });
});

describe('Fastify: mistakes', () => {
  const guarded = (routes: (scope: FastifyInstance) => void) => {
    const app = application();
    app.register(
      webhookScope(optionsFor(), async (scope) => routes(scope)),
      { prefix: '/in' },
    );
    return app;
  };

  it.each([
    ['a handler', (app: FastifyInstance) => app.post('/x', webhook(optionsFor(), () => undefined) as never)],
    [
      'a hook',
      (app: FastifyInstance) =>
        app.addHook('preHandler', webhook(optionsFor(), () => undefined) as never).post('/x', () => 'reached'),
    ],
  ])('a guard used as %s never lets anything through, and says what it is', async (_what, mistake) => {
    const app = application();
    mistake(app);
    const answer = await post(app, '/x', await signed());
    expect(answer.statusCode).toBe(500);
    expect(answer.body).toMatch(/this is a plugin.*app\.register\(webhook/);
  });

  it('a guard in fastify-plugin is refused at start-up: it would guard the whole application', async () => {
    const app = application();
    const plugin = Object.assign(
      webhook(optionsFor(), () => undefined),
      { [Symbol.for('skip-override')]: true },
    );
    app.register(plugin, { prefix: '/x' });
    await expect(app.ready()).rejects.toThrow(/without fastify-plugin/);
  });

  it('two guards on one path are refused at start-up, by the path', async () => {
    const app = application();
    app.register(webhook(optionsFor(), () => undefined));
    app.register(webhook(optionsFor(), () => undefined));
    await expect(app.ready()).rejects.toThrow(/already declared.*'\/'/);
  });

  it('a parser in a guarded scope, or its removal, is refused at start-up', async () => {
    for (const mistake of [
      (scope: FastifyInstance) =>
        void scope.addContentTypeParser('application/json', (_request, _payload, done) => done(null)),
      (scope: FastifyInstance) => void scope.register(async (child) => child.removeAllContentTypeParsers()),
      (scope: FastifyInstance) => void scope.removeContentTypeParser('*'),
    ])
      await expect(guarded(mistake).ready()).rejects.toThrow(/request\.webhook\.json\(\) or form\(\)/);
  });

  it('options of a route, hooks on its options and scopes within take the guard off no route', async () => {
    const reached: string[] = [];
    const app = guarded((scope) => {
      scope.addHook('onRoute', (route) => void Object.assign(route, { onRequest: [], preParsing: [], preHandler: [] }));
      const handler = async (request: { url: string; webhook: { attempt: number } }) => {
        reached.push(`${request.url} ${request.webhook.attempt}`);
        return 'reached';
      };
      scope.post('/a', { onRequest: [], preParsing: [], preValidation: [], preHandler: [] }, handler);
      scope.route({ method: ['GET', 'POST'], url: '/b', onRequest: [], bodyLimit: 1, handler });
      scope.register(async (child) => {
        child.addHook('onRequest', async () => undefined);
        child.post('/c', handler);
      });
      scope.setNotFoundHandler(handler as never);
    });
    const urls = ['/in/a', '/in/b', '/in/c', '/in/nowhere'];
    for (const url of urls) expect((await post(app, url)).statusCode).toBe(401);
    expect((await app.inject('/in/b')).statusCode).toBe(405);
    expect(reached).toEqual([]);
    for (const url of urls) {
      const body = JSON.stringify({ url });
      const headers = { ...(await signed(body)), 'content-type': 'application/json' };
      await app.inject({ method: 'POST', url, headers, payload: body });
    }
    expect(reached).toEqual(urls.map((url) => `${url} 1`));
  });

  it('a request that no verdict was given on reaches no handler, by whatever way', async () => {
    const app = guarded((scope) => {
      scope.addHook('onRequest', async (request, reply) => {
        if (request.headers['x-lost'] !== undefined) reply.callNotFound();
        await reply;
      });
      scope.setNotFoundHandler(async () => 'reached');
      scope.post('/a', async () => 'reached');
    });
    const answer = await post(app, '/in/a', { ...(await signed()), 'x-lost': 'yes' });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).toMatch(/no delivery was verified/);
  });

  it('request.webhook is not there too early, and nowhere else', async () => {
    const app = application();
    app.register(
      webhookScope(optionsFor(), async (scope) => {
        scope.addHook('onRequest', async (request) => void request.webhook.id);
        scope.post('/a', async () => 'reached');
      }),
    );
    app.post('/other', async (request) => request.webhook.json());
    expect(await post(app, '/a', await signed())).toMatchObject({
      statusCode: 500,
      body: expect.stringMatching(/from preValidation on/),
    });
    expect((await post(app, '/other', await signed())).statusCode).toBe(500);
  });

  it('an error handler among the guarded routes is heard in place of the guard’s 503', async () => {
    const app = guarded((scope) => {
      scope.setErrorHandler((_error, _request, reply) => reply.code(502).send('theirs'));
      scope.post('/a', async () => {
        throw new Error('broken');
      });
    });
    expect(await post(app, '/in/a', await signed())).toMatchObject({ statusCode: 502, body: 'theirs' });
  });

  it('guards several providers in one scope of the application, each its own path', async () => {
    const app = application();
    const seen: string[] = [];
    app.register(
      async (scope) => {
        scope.register(
          webhook(optionsFor(), (one) => void seen.push(one.provider)),
          { prefix: '/liasonpay' },
        );
        scope.register(
          webhook(
            optionsFor({ provider: slack() }),
            (one) => void seen.push(`${one.provider} ${one.form().get('text')}`),
          ),
          { prefix: '/slack' },
        );
      },
      { prefix: '/webhooks' },
    );
    expect((await post(app, '/webhooks/liasonpay', await signed())).statusCode).toBe(200);
    const body = 'command=%2Fpay&text=now';
    const headers = {
      ...(await sign(slack(), { secret: SECRET, body, timestamp: NOW_SECONDS })),
      'content-type': 'application/x-www-form-urlencoded',
    };
    expect((await app.inject({ method: 'POST', url: '/webhooks/slack', headers, payload: body })).statusCode).toBe(200);
    expect(seen).toEqual(['liasonpay', 'slack now']);
  });
});

describe('Fastify: request.body', () => {
  it('is the verified bytes, and an empty body is none at all', async () => {
    const seen: unknown[] = [];
    const site = await start({
      form: 'scope',
      route: (_delivery, request) => void seen.push(String(request.body), request.headers['content-type']),
    });
    await send(site.port, delivery(await signed(), BODY));
    const line = await dial(site.port);
    line.write(head(Object.entries(await signed(''))));
    expect((await line.answer()).status).toBe(200);
    line.hangUp();
    expect(seen).toEqual([BODY.replace('ë', 'ë'), 'application/json', '', undefined]);
  });
});
