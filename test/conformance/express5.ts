import type { ReceiverOptions } from '@postern/core';
import { webhook } from '@postern/express';
import type { Mount, MountHandler } from '@postern/testing';
import express from 'express';
import { consumeFirst, listen } from './listen.ts';

/** Express 5, the handler form. */
export const mount: Mount = {
  name: 'express5',
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
  return express().all(/.*/, route);
}
