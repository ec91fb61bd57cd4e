import { json, text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import type { ReceiverOptions } from '@postern/core';
import { webhook } from '@postern/core/node';
import type { Mount, MountHandler } from '@postern/testing';
import Koa, { type Middleware } from 'koa';
import { consumeFirst, listen } from './listen.ts';

/** Koa, by Node's request and response under its context. */
export const mount: Mount = {
  name: 'koa',
  serve: (options, handler) => listen(guarded(options, handler).callback()),
  spoilt: {
    parsed: (options, handler) =>
      listen(
        guarded(
          options,
          handler,
          readFirst(({ req }) => json(req)),
        ).callback(),
      ),
    inflated: (options, handler) =>
      listen(
        guarded(
          options,
          handler,
          readFirst(({ req }) => text(req.pipe(createGunzip()))),
        ).callback(),
      ),
    consumed: (options, handler) => listen(consumeFirst(guarded(options, handler).callback())),
  },
};

function guarded(options: ReceiverOptions, handler: MountHandler, ...before: Middleware[]): Koa {
  const handle = webhook(options, async (delivery, _request, response) => {
    const reply = await handler(delivery);
    if (reply) response.writeHead(reply.status, reply.headers).end(reply.body);
  });
  const app = new Koa();
  for (const one of before) app.use(one);
  return app.use(async (context) => {
    // The guard answers: Koa must not do it as well.
    context.respond = false;
    await handle(context.req, context.res);
  });
}

/** As body parsers do it: what they made of the body is in `context.request.body`. */
function readFirst(read: (context: Koa.Context) => Promise<unknown>): Middleware {
  return async (context, next) => {
    Object.assign(context.request, { body: await read(context) });
    await next();
  };
}
