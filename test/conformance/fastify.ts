import type { AddressInfo } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { webhook } from '@postern/fastify';
import type { Mount } from '@postern/testing';
import fastify, { type FastifyInstance } from 'fastify';

/** Fastify 5, the handler form. */
export const mount: Mount = {
  name: 'fastify',
  serve: serveAfter(() => undefined),
  spoilt: {
    parsed: serveAfter((app) => app.addHook('preParsing', async (_request, _reply, body) => void (await json(body)))),
    inflated: serveAfter((app) =>
      app.addHook('preParsing', async (_request, _reply, body) => body.pipe(createGunzip())),
    ),
    consumed: serveAfter((app) => app.addHook('onRequest', async ({ raw }) => void (await text(raw)))),
  },
};

function serveAfter(before: (app: FastifyInstance) => unknown): Mount['serve'] {
  return async (options, handler) => {
    // Every path is the guard's: what the guard sees is the path that was asked for.
    const app = fastify({ rewriteUrl: () => '/', forceCloseConnections: true });
    before(app);
    const guard = webhook(options, async (delivery, _request, reply) => {
      const answer = await handler(delivery);
      if (answer)
        reply
          .code(answer.status)
          .headers(answer.headers ?? {})
          .send(answer.body);
    });
    await app.register(guard);
    await app.listen({ port: 0, host: '127.0.0.1' });
    return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
  };
}
