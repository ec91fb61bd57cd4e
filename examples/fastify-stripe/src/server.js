import { fromEnv } from '@postern/core';
import { hardenServer } from '@postern/core/node';
import { stripe } from '@postern/core/providers/stripe';
import { webhook } from '@postern/fastify';
import fastify from 'fastify';

// .env.example explains each of them.
const { HOST = '127.0.0.1', PORT = '3000', ORDERS_URL } = process.env;

// The guard tells the log of each request what it decided and how the handler ended.
const app = fastify({ logger: true, forceCloseConnections: 'idle' });
// Fastify waits for a slow request without end.
hardenServer(app.server);

app.get('/healthz', async () => ({ status: 'ok' }));

// A scope of its own: the parsers and hooks of the rest of the application stay as they are.
app.register(
  webhook(
    {
      provider: stripe(),
      secrets: fromEnv('STRIPE_WEBHOOK_SECRET', { previous: 'STRIPE_WEBHOOK_SECRET_PREVIOUS' }),
    },
    fulfil,
  ),
  { prefix: '/webhooks/stripe' },
);

/**
 * What the shop does with a paid checkout. Throwing gives the event back: Stripe is answered 503 and tries again.
 *
 * @param {import('@postern/core').Delivery} delivery
 * @param {import('fastify').FastifyRequest} request
 */
async function fulfil(delivery, request) {
  /** @type {{ type: string, data: { object: { id: string, amount_total: number, currency: string } } }} */
  const { type, data } = delivery.json();
  if (type !== 'checkout.session.completed') return;
  const { id, amount_total, currency } = data.object;
  request.log.info({ payment: { checkout: id, amount: amount_total, currency, attempt: delivery.attempt } }, 'paid');
  if (ORDERS_URL === undefined) return;
  const response = await fetch(ORDERS_URL, {
    method: 'POST',
    // An earlier try may have got as far as this and no further: the key lets the order service see that it was told before.
    headers: { 'content-type': 'application/json', 'idempotency-key': id },
    body: delivery.body,
    signal: delivery.signal,
  });
  if (!response.ok) throw new Error(`the order service answered ${response.status}`);
}

await app.listen({ host: HOST, port: Number(PORT) });

// Deliveries that are being handled are finished before the process ends.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => app.close());
