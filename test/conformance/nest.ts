import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { All, Controller, Module, type NestApplicationOptions, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { ReceiverOptions } from '@postern/core';
import { webhook } from '@postern/core/node';
import type { Mount, MountHandler } from '@postern/testing';
import { consumeFirst, listen } from './listen.ts';

/** NestJS: a controller that gives Node's request and response to the guard. */
export const mount: Mount = {
  name: 'nest',
  serve: async (options, handler) => listen(await guarded(options, handler, { bodyParser: false })),
  spoilt: {
    parsed: async (options, handler) => listen(await guarded(options, handler, {})),
    inflated: async (options, handler) => listen(await guarded(options, handler, { rawBody: true })),
    consumed: async (options, handler) => listen(consumeFirst(await guarded(options, handler, { bodyParser: false }))),
  },
};

async function guarded(
  options: ReceiverOptions,
  handler: MountHandler,
  parsers: NestApplicationOptions,
): Promise<RequestListener> {
  const handle = webhook(options, async (delivery, _request, response) => {
    const reply = await handler(delivery);
    if (reply) response.writeHead(reply.status, reply.headers).end(reply.body);
  });
  class Webhooks {
    receive(request: IncomingMessage, response: ServerResponse) {
      return handle(request, response);
    }
  }
  class App {}
  // By hand what the decorators do, so that this file needs no compiler options of its own.
  Req()(Webhooks.prototype, 'receive', 0);
  Res()(Webhooks.prototype, 'receive', 1);
  const receive = Object.getOwnPropertyDescriptor(Webhooks.prototype, 'receive') ?? {};
  All('*path')(Webhooks.prototype, 'receive', receive);
  Controller()(Webhooks);
  Module({ controllers: [Webhooks] })(App);
  const app = await NestFactory.create(App, { ...parsers, logger: false, abortOnError: false });
  await app.init();
  return app.getHttpAdapter().getInstance();
}
