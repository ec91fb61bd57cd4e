import { fromEnv } from '@postern/core';
import { hardenServer } from '@postern/core/node';
import { github } from '@postern/core/providers/github';
import { webhook as expressWebhook } from '@postern/express';
import { webhook as fastifyWebhook } from '@postern/fastify';
import express from 'express';
import fastify from 'fastify';
import { countForgeries } from './count-forgeries.ts';
import { limitForgeries as limitInExpress } from './limit-in-express.ts';
import { limitForgeries as limitInFastify } from './limit-in-fastify.ts';

// .env.example explains each of them.
const { HOST = '127.0.0.1', PORT = '3000', FRAMEWORK = 'express', FORGERIES_A_MINUTE = '20' } = process.env;

const forgeries = countForgeries({ windowMs: 60_000 });
const limit = Number(FORGERIES_A_MINUTE);
const options = {
  provider: github(),
  secrets: fromEnv('GITHUB_WEBHOOK_SECRET', { previous: 'GITHUB_WEBHOOK_SECRET_PREVIOUS' }),
  onVerdict: forgeries.onVerdict,
};

/** The peer, since `options` trust no proxy. Behind one, the same `trustProxy` belongs here and there. */
const addressOf = ({ socket }: { readonly socket: { readonly remoteAddress?: string } }) => socket.remoteAddress ?? '';

async function work(): Promise<void> {
  // What the delivery asks for.
}

if (FRAMEWORK === 'fastify') {
  const app = fastify({ logger: true });
  hardenServer(app.server);
  app.register(
    async (scope) => {
      await limitInFastify(scope, forgeries, { limit, addressOf });
      scope.register(fastifyWebhook(options, work));
    },
    { prefix: '/webhooks/github' },
  );
  await app.listen({ host: HOST, port: Number(PORT) });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => app.close());
} else {
  const app = express();
  app.disable('x-powered-by');
  const guard = expressWebhook(options, work);
  app.all('/webhooks/github', limitInExpress(forgeries, { limit, addressOf }), guard);
  const server = app.listen(Number(PORT), HOST, (error) => {
    if (error) throw error;
    console.log(JSON.stringify({ listening: server.address() }));
  });
  hardenServer(server);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, async () => {
      await guard.close();
      server.close();
    });
}
