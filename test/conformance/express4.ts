import type { ReceiverOptions } from '@postern/core';
import { webhook } from '@postern/express';
import type { Mount, MountHandler } from '@postern/testing';
import express, { type RequestHandler } from 'express4';
import { consumeFirst, listen } from './listen.ts';

/** Express 4, the handler form. */
export const mount: Mount = {
  name: 'express4',
  serve: (options, handler) => listen(guarded(options, handler)),
  spoilt: {
    parsed: (options, handler) => listen(express().use(express.json(), guarded(options, handler))),
    inflated: (options, handler) => listen(express().use(express.raw({ type: () => true }), guarded(options, handler))),
    consumed: (options, handler) => listen(consumeFirst(guarded(options, handler))),
  },
};

function guarded(options: ReceiverOptions, handler: MountHandler) {
  const route = webhook(options, async (delivery, _request, response) => {
    const reply = await handler(delivery);
    if (reply) response.status(reply.status).set(reply.headers).send(reply.body);
  });
  // This workspace has the types of both versions; a project has those of its own only, and needs no cast.
  return express().all(/.*/, route as unknown as RequestHandler);
}
