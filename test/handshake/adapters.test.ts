// Handshakes that need settings and functions, on every mount of this process, over sockets. The list of cases in @postern/testing has the rest.
import { once } from 'node:events';
import { connect } from 'node:net';
import { sign } from '@postern/core';
import { webhook as guardFetch } from '@postern/core/fetch';
import { asana } from '@postern/core/providers/asana';
import { cloudeventsWebhook } from '@postern/core/providers/cloudevents-webhook';
import { meta } from '@postern/core/providers/meta';
import { trello } from '@postern/core/providers/trello';
import { webhook as guardExpress } from '@postern/express';
import type { MountHandler, RunningServer } from '@postern/testing';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { mount as express4 } from '../conformance/express4.ts';
import { mount as express5 } from '../conformance/express5.ts';
import { mount as fastify } from '../conformance/fastify.ts';
import { mount as hono } from '../conformance/hono.ts';
import { mount as koa } from '../conformance/koa.ts';
import { listen } from '../conformance/listen.ts';
import { mount as node } from '../conformance/node.ts';
import { bridge } from '../fetch/bridge.ts';

const SECRET = 'test-secret-test-secret-test-secret';
const never: MountHandler = () => {
  throw new Error('a handshake ran the handler');
};
const quiet = { secrets: SECRET, onVerdict: () => {}, onSettled: () => {} };

/** What comes back, to the end of the connection: `fetch` sends neither a HEAD with a body's length nor a raw target. */
async function ask({ port }: RunningServer, method: string, target: string, lines: readonly string[] = [], body = '') {
  const socket = connect(port, '127.0.0.1');
  const head = [`${method} ${target} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close', ...lines];
  if (body !== '') head.push(`Content-Length: ${body.length}`);
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  let received = '';
  socket.setEncoding('latin1').on('data', (text) => {
    received += text;
  });
  await once(socket, 'close');
  const [top = '', rest = ''] = received.split('\r\n\r\n', 2);
  return { status: Number(top.slice(9, 12)), head: top.toLowerCase(), body: rest };
}

async function playing<T>(serving: Promise<RunningServer>, play: (server: RunningServer) => Promise<T>): Promise<T> {
  const server = await serving;
  try {
    return await play(server);
  } finally {
    await server.close();
  }
}

describe.each([express4, express5, fastify, hono, koa, node])('$name', (mount) => {
  it('lets a named sender send, by OPTIONS, and no other', async () => {
    const options = { ...quiet, provider: cloudeventsWebhook({ allowedOrigins: ['events.example.com'] }) };
    await playing(Promise.resolve(mount.serve(options, never)), async (server) => {
      const yes = await ask(server, 'OPTIONS', '/', [
        'WebHook-Request-Origin: events.example.com',
        'WebHook-Request-Rate: 120',
      ]);
      expect(yes.status).toBe(200);
      expect(yes.head).toContain('\r\nwebhook-allowed-origin: events.example.com');
      expect(yes.head).toContain('\r\nwebhook-allowed-rate: 120');
      expect(yes.head).toContain('\r\nallow: post');
      const no = await ask(server, 'OPTIONS', '/', ['WebHook-Request-Origin: evil.example']);
      expect(no.status).toBe(403);
      expect(no.head).not.toContain('webhook-allowed-origin');
    });
  });

  it('repeats Meta’s challenge for the agreed word, and answers Trello’s HEAD and GET with nothing', async () => {
    await playing(
      Promise.resolve(mount.serve({ ...quiet, provider: meta({ verifyToken: 'agreed' }) }, never)),
      async (server) => {
        const url = '/?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=';
        expect(await ask(server, 'GET', `${url}agreed`)).toMatchObject({
          status: 200,
          body: expect.stringContaining('1158201444'),
        });
        const wrong = await ask(server, 'GET', `${url}guess`);
        expect(wrong.status).toBe(401);
        expect(wrong.body).not.toContain('1158201444');
      },
    );
    const options = { ...quiet, provider: trello({ publicUrl: 'https://example.com/hook' }) };
    await playing(Promise.resolve(mount.serve(options, never)), async (server) => {
      expect(await ask(server, 'HEAD', '/')).toMatchObject({ status: 200, body: '' });
      // Nothing, in no chunk.
      expect(await ask(server, 'GET', '/')).toMatchObject({ status: 200, body: expect.stringMatching(/^0?$/) });
    });
  });

  it('keeps Asana’s secret once, and takes the deliveries that it signs', async () => {
    const kept: string[] = [];
    let runs = 0;
    const options = {
      ...quiet,
      provider: asana(),
      secrets: [],
      secretStore: {
        save: (secret: string): boolean => kept.length === 0 && kept.push(secret) === 1,
        load: () => kept.map((value) => ({ id: 'asana', value })),
      },
    };
    const count: MountHandler = () => {
      runs++;
      return undefined;
    };
    await playing(Promise.resolve(mount.serve(options, count)), async (server) => {
      const first = await ask(server, 'POST', '/', [`X-Hook-Secret: ${SECRET}`, 'Content-Length: 0']);
      expect(first.status).toBe(200);
      expect(first.head).toContain(`\r\nx-hook-secret: ${SECRET}`);
      expect((await ask(server, 'POST', '/', ['X-Hook-Secret: another', 'Content-Length: 0'])).status).toBe(401);
      const body = '{"events":[]}';
      const lines = Object.entries(await sign(asana(), { secret: SECRET, body })).map((line) => line.join(': '));
      expect((await ask(server, 'POST', '/', lines, body)).status).toBe(200);
    });
    expect({ runs, kept }).toEqual({ runs: 1, kept: [SECRET] });
  });
});

describe('routing', () => {
  it('is app.all in Express: app.post never shows the guard a GET or an OPTIONS', async () => {
    const guard = () => guardExpress({ ...quiet, provider: meta({ verifyToken: 'agreed' }) }, () => undefined);
    const url = '/hook?hub.mode=subscribe&hub.challenge=1&hub.verify_token=agreed';
    await playing(listen(express().all('/hook', guard())), async (server) => {
      expect((await ask(server, 'GET', url)).status).toBe(200);
      expect((await ask(server, 'OPTIONS', url)).status).toBe(405);
    });
    await playing(listen(express().post('/hook', guard())), async (server) => {
      expect((await ask(server, 'GET', url)).status).toBe(404);
    });
  });

  it('is every method that is handed on, by the fetch door', async () => {
    const handle = guardFetch({ ...quiet, provider: meta({ verifyToken: 'agreed' }) }, () => undefined);
    await playing(listen(bridge(handle)), async (server) => {
      const answer = await ask(server, 'GET', '/?hub.mode=subscribe&hub.challenge=7&hub.verify_token=agreed');
      expect(answer.status).toBe(200);
      expect(answer.head).toContain('content-type: text/plain; charset=utf-8');
    });
  });
});
