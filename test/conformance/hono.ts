import { gunzipSync } from 'node:zlib';
import { getRequestListener } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { ReceiverOptions } from '@postern/core';
import { webhook } from '@postern/core/fetch';
import type { Mount, MountHandler } from '@postern/testing';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { listen } from './listen.ts';

/** Hono on Node, by the fetch door. */
export const mount: Mount = {
  name: 'hono',
  serve: (options, handler) => listen(guarded(options, handler)),
  spoilt: {
    parsed: (options, handler) =>
      listen(
        guarded(
          options,
          handler,
          readFirst(({ req }) => req.json()),
        ),
      ),
    inflated: (options, handler) =>
      listen(
        guarded(
          options,
          handler,
          readFirst(async ({ req }) => gunzipSync(await req.arrayBuffer())),
        ),
      ),
    consumed: (options, handler) =>
      listen(
        guarded(
          options,
          handler,
          readFirst(({ req }) => req.raw.arrayBuffer()),
        ),
      ),
  },
  differences: {
    'signature-twice': {
      why: 'Headers joins repeated lines with a comma, and a joined signature is malformed',
      sees: { verdicts: ['malformed-signature'] },
    },
  },
};

function guarded(options: ReceiverOptions, handler: MountHandler, ...before: MiddlewareHandler[]) {
  const clientAddress = (_request: Request, context: Context) => getConnInfo(context).remote.address;
  const handle = webhook({ ...options, clientAddress }, async (delivery) => {
    const reply = await handler(delivery);
    return reply && new Response(reply.body ?? null, { status: reply.status, headers: { ...reply.headers } });
  });
  const app = new Hono();
  for (const one of before) app.use(one);
  app.all('*', (context) => handle(context.req.raw, context));
  return getRequestListener(app.fetch);
}

/** Middleware that reads the body and lets the guard come after it. */
function readFirst(read: (context: Context) => Promise<unknown>): MiddlewareHandler {
  return async (context, next) => {
    await read(context);
    await next();
  };
}
