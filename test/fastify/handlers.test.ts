import { Readable } from 'node:stream';
import { liasonpay } from '@postern/core/providers/liasonpay';
import type { FastifyReply } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { delivery, dial, head, send } from '../express/caller.ts';
import { BODY, gate, PATH, signed, until, watchProcess } from '../express/rig.ts';
import { FORMS, type Site, type SiteSettings, startSite } from './rig.ts';

/** Ways to answer, as handlers do. */
const ANSWERS: readonly (readonly [
  how: string,
  status: number,
  body: string,
  answer: (reply: FastifyReply) => unknown,
])[] = [
  ['reply.send(object)', 200, '{"ok":true}', (reply) => reply.send({ ok: true })],
  ['reply.code(201).send(object)', 201, '{"ok":true}', (reply) => reply.code(201).send({ ok: true })],
  ['reply.code(202).send()', 202, '', (reply) => reply.code(202).send()],
  ['reply.code(204).send()', 204, '', (reply) => reply.code(204).send()],
  ['reply.send(text)', 200, 'taken', (reply) => reply.send('taken')],
  ['reply.send(bytes)', 200, 'bytes', (reply) => reply.send(Buffer.from('bytes'))],
  ['reply.send(stream)', 200, 'abc', (reply) => reply.send(Readable.from(['a', 'b', 'c']))],
  [
    'reply.serializer',
    200,
    '<ok>',
    (reply) =>
      reply
        .serializer(() => '<ok>')
        .type('text/xml')
        .send({ ok: true }),
  ],
  ['reply.redirect', 302, '', (reply) => reply.redirect('/elsewhere')],
  ['reply.code(400).send(object)', 400, '{"error":"no"}', (reply) => reply.code(400).send({ error: 'no' })],
  ['reply.code(500).send(text)', 500, 'broken', (reply) => reply.code(500).send('broken')],
  ['reply.hijack and reply.raw', 203, 'raw', (reply) => reply.hijack().raw.writeHead(203).end('raw')],
];

describe.each(FORMS)('Fastify, %s form: handlers', (form) => {
  let site: Site;
  let watched: ReturnType<typeof watchProcess>;
  const start = async (settings: Omit<SiteSettings, 'form'> = {}) => {
    site = await startSite({ form, ...settings });
    return site;
  };
  const outcomes = () => site.settled.map(({ outcome }) => outcome);

  beforeEach(() => {
    watched = watchProcess();
  });
  afterEach(async () => {
    await site.close();
    watched.stop();
    expect(watched.troubles).toEqual([]);
  });

  it.each(ANSWERS)('sends what the handler answers with %s, and settles by its status %i', async (...parts) => {
    const [, status, body, answer] = parts;
    await start({ route: (_delivery, _request, reply) => answer(reply) });
    const line = await dial(site.port);
    const bytes = delivery(await signed(), BODY);
    line.write(bytes);
    expect(await line.answer()).toMatchObject({ status, body });
    await until(() => site.settled.length === 1, 'the run was settled');
    expect(outcomes()).toEqual([status < 300 ? 'committed' : 'released']);
    // The connection goes on, and the repeat is what the settlement says it is.
    line.write(bytes);
    const [, second] = await line.answers(2);
    expect(second?.status).toBe(status < 300 ? 200 : status);
    expect(site.started).toHaveLength(status < 300 ? 1 : 2);
    await until(() => site.log.filter(({ msg }) => msg === 'request completed').length === 2, 'both were logged');
    expect(site.log.filter(({ res }) => res).map(({ res }) => res?.statusCode)).toEqual([status, second?.status]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('the database password is hunter2');
      },
    ],
    ['rejects', () => Promise.reject(new Error('the database password is hunter2'))],
    [
      'sends an error',
      (_delivery: unknown, _request: unknown, reply: FastifyReply) =>
        reply.send(new Error('the database password is hunter2')),
    ],
  ])('answers a generic 503 when the handler %s, gives the event back and tells the error', async (_how, route) => {
    const heard: unknown[] = [];
    await start({
      route,
      before: (app) => {
        app.setErrorHandler((error, _request, reply) => reply.code(418).send(`mine: ${String(error)}`));
        app.addHook('onError', async (_request, _reply, error) => void heard.push(error.message));
      },
    });
    const answer = await send(site.port, delivery(await signed(), BODY));
    expect(answer).toMatchObject({ status: 503, headers: { 'content-type': 'application/problem+json' } });
    expect(answer.headers).toHaveProperty('retry-after');
    expect(answer.body).not.toContain('hunter2');
    await until(() => site.settled.length === 1, 'the run was settled');
    expect(site.settled[0]).toMatchObject({
      outcome: 'released',
      reason: 'handler-failed',
      error: { message: 'the database password is hunter2' },
    });
    // The application's reporters of errors hear of it, as of every error.
    expect(heard).toEqual(['the database password is hunter2']);
    await send(site.port, delivery(await signed(), BODY));
    expect(site.started.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('gives back a delivery whose handler hijacks the reply and then throws', async () => {
    await start({
      route: (_delivery, _request, reply) => {
        reply.hijack();
        throw new Error('after the hijacking');
      },
      options: { handlerTimeoutMs: 300 },
    });
    const answer = await send(site.port, delivery(await signed(), BODY));
    expect(answer.status).toBe(503);
    expect(answer.body).not.toContain('hijacking');
    expect(site.settled[0]?.outcome).toBe('released');
    if (form === 'handler') expect(site.settled[0]).toMatchObject({ reason: 'handler-failed' });
  });

  it('answers 503 at the handler’s deadline, and hears nothing that comes later', async () => {
    const late = gate();
    await start({
      options: { handlerTimeoutMs: 100 },
      route: async (_delivery, _request, reply) => {
        await late.passed;
        return reply.code(201).send('late');
      },
    });
    const line = await dial(site.port);
    line.write(delivery(await signed(), BODY));
    expect((await line.answer()).status).toBe(503);
    late.open();
    await until(() => site.log.some(({ msg }) => msg === 'request completed'), 'the request was logged');
    expect(line.received()).not.toContain('late');
    expect(site.settled[0]).toMatchObject({ outcome: 'released', reason: 'handler-timeout' });
  });

  it.each([
    ['fail', 503],
    ['acknowledge', 200],
  ] as const)('does not hear what is answered after delivery.%s()', async (method, status) => {
    await start({
      route: (genuine, _request, reply) => {
        genuine[method]();
        return reply.code(410).send('gone');
      },
    });
    const answer = await send(site.port, delivery(await signed(), BODY));
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain('gone');
  });

  it('goes on with the handler when its client has gone', async () => {
    const begun = gate();
    const finish = gate();
    await start({
      route: async () => {
        begun.open();
        await finish.passed;
      },
    });
    const line = await dial(site.port);
    line.write(delivery(await signed(), BODY));
    await begun.passed;
    line.hangUp();
    await until(() => site.sockets[0]?.destroyed === true, 'the server knows');
    finish.open();
    await until(() => site.settled.length === 1, 'the run was settled');
    expect(outcomes()).toEqual(['committed']);
  });
});

describe('Fastify, handler form: the reply', () => {
  let site: Site;
  afterEach(() => site.close());

  it('is held until the claim is committed, and becomes 503 where it cannot be', async () => {
    site = await startSite({
      route: (_delivery, _request, reply) => reply.code(201).send('done'),
      options: {
        store: {
          claim: async () => ({ claimed: true, attempt: 1, previouslyStarted: false }),
          complete: async () => {
            throw new Error('away');
          },
          release: async () => true,
        },
      },
    });
    expect((await send(site.port, delivery(await signed(), BODY))).status).toBe(503);
  });

  it('goes through the application’s onSend hooks, however long they take', async () => {
    site = await startSite({
      before: (app) => {
        app.addHook('onSend', async (_request, reply, payload) => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          reply.header('x-sent', 'yes');
          return typeof payload === 'string' ? payload.toUpperCase() : payload;
        });
      },
      route: (_delivery, _request, reply) => void reply.code(202).header('x-mine', 'yes').send('taken'),
    });
    expect(await send(site.port, delivery(await signed(), BODY))).toMatchObject({
      status: 202,
      headers: { 'x-mine': 'yes', 'x-sent': 'yes' },
      body: 'TAKEN',
    });
  });

  it('is the acknowledgement when the handler only returns something', async () => {
    site = await startSite({ route: () => ({ secret: 'of the application' }) });
    expect(await send(site.port, delivery(await signed(), BODY))).toMatchObject({ status: 200, body: '' });
  });

  it('is not a Response that the handler returns: of that the status counts, and a failure is told', async () => {
    site = await startSite({
      route: async (genuine) => Response.json({}, { status: genuine.attempt === 1 ? 422 : 201 }),
    });
    expect(await send(site.port, delivery(await signed(), BODY))).toMatchObject({
      status: 503,
      headers: { 'content-type': 'application/problem+json' },
    });
    expect(site.settled).toMatchObject([
      {
        outcome: 'released',
        reason: 'handler-failed',
        error: { message: 'The handler returned a Response of status 422.' },
      },
    ]);
    expect((await send(site.port, delivery(await signed(), BODY))).status).toBe(200);
    expect(site.started.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('stands where the handler has used it and returns a Response besides', async () => {
    site = await startSite({
      before: (app) => app.addHook('onSend', async (_request, _reply, payload) => payload),
      route: async (_delivery, _request, reply) => {
        reply.code(202).send('mine');
        return new Response('not this');
      },
    });
    expect(await send(site.port, delivery(await signed(), BODY))).toMatchObject({ status: 202, body: 'mine' });
    expect(site.settled.map(({ outcome }) => outcome)).toEqual(['committed']);
  });

  it('may be a Response, by reply.send', async () => {
    site = await startSite({
      route: (_delivery, _request, reply) => reply.send(new Response('sent', { status: 202 })),
    });
    expect(await send(site.port, delivery(await signed(), BODY))).toMatchObject({ status: 202, body: 'sent' });
    expect(site.settled.map(({ outcome }) => outcome)).toEqual(['committed']);
  });

  it('may come later when the handler returns the reply', async () => {
    site = await startSite({
      route: (_delivery, _request, reply) => {
        setTimeout(() => reply.code(202).send('later'), 20);
        return reply;
      },
    });
    expect(await send(site.port, delivery(await signed(), BODY))).toMatchObject({ status: 202, body: 'later' });
  });

  it('answers every method with the guard’s 405, with and without a slash at the end', async () => {
    site = await startSite();
    for (const path of [PATH, `${PATH}/`])
      for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']) {
        const line = await dial(site.port);
        line.write(head([['Connection', 'close']], method, path));
        await until(line.closed, 'it was answered');
        expect(line.received()).toMatch(/^HTTP\/1.1 405 [\s\S]*\r\nallow: POST\r\n/i);
      }
    expect(site.verdicts.map(({ reason }) => reason)).toEqual(Array(14).fill('method-not-allowed'));
    expect((await send(site.port, delivery(await signed(), BODY))).status).toBe(200);
    expect(
      (await send(site.port, Buffer.from(head([['Content-Length', '0']], 'POST', `${PATH}/elsewhere`)))).status,
    ).toBe(404);
  });

  it('is a sender’s own acknowledgement where it wants one', async () => {
    site = await startSite({
      options: {
        provider: { ...liasonpay(), acknowledgement: { status: 202, contentType: 'text/plain', body: 'ok' } },
      },
    });
    expect(await send(site.port, delivery(await signed(), BODY))).toMatchObject({ status: 202, body: 'ok' });
  });
});
