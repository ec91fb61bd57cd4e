import type { RequestListener } from 'node:http';
import { buffer, json } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import type { ReceiverOptions } from '@postern/core';
import { type NodeRequest, webhook } from '@postern/core/node';
import type { Mount, MountHandler } from '@postern/testing';
import { consumeFirst, listen } from './listen.ts';

/** Node's own HTTP server. */
export const mount: Mount = {
  name: 'node',
  serve: (options, handler) => listen(guarded(options, handler)),
  spoilt: {
    parsed: (options, handler) => listen(readFirst(json, guarded(options, handler))),
    inflated: (options, handler) =>
      listen(readFirst((request) => buffer(request.pipe(createGunzip())), guarded(options, handler))),
    consumed: (options, handler) => listen(consumeFirst(guarded(options, handler))),
  },
};

function guarded(options: ReceiverOptions, handler: MountHandler): RequestListener {
  return webhook(options, async (delivery, _request, response) => {
    const reply = await handler(delivery);
    if (reply) response.writeHead(reply.status, reply.headers).end(reply.body);
  });
}

/** As body parsers do it: what they made of the body is in `request.body`. */
function readFirst(read: (request: NodeRequest) => Promise<unknown>, listener: RequestListener): RequestListener {
  return async (request: NodeRequest, response) => {
    request.body = await read(request);
    listener(request, response);
  };
}
