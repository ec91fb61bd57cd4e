// The program that Node.js runs: `node express5.ts URL`.

import { webhook } from '@postern/express';
import express, { type RequestHandler } from 'express';
import { createControl } from './control.ts';
import { openHome } from './home.ts';
import { serveControl, serveNode } from './node-server.ts';

const [, , url = ''] = process.argv;

const consumeFirst: RequestHandler = (request, _response, next) => {
  request.resume().once('end', () => next());
};

const spoilers: Readonly<Record<string, RequestHandler>> = {
  parsed: express.json(),
  inflated: express.raw({ type: () => true }),
  consumed: consumeFirst,
};

const control = createControl(async (configuration) => {
  const home = openHome(url, configuration);
  const guard = webhook(home.options, async (delivery, _request, response) => {
    const reply = await home.handle(delivery);
    if (reply) response.status(reply.status).set(reply.headers).send(reply.body);
  });
  const spoiler = spoilers[configuration.spoilt ?? ''];
  const server = await serveNode(express().use(...(spoiler ? [spoiler] : []), guard));
  return { home, ...server };
});
await serveControl(control);
