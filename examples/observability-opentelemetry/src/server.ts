import { fromEnv } from '@postern/core';
import { stripe } from '@postern/core/providers/stripe';
import { webhook } from '@postern/express';
import express from 'express';
import { measureDeliveries } from './measure-deliveries.ts';
import { exposeMetrics } from './metrics.ts';

// .env.example explains each of them.
const { HOST = '127.0.0.1', PORT = '3000', METRICS_HOST = '127.0.0.1', METRICS_PORT = '9464' } = process.env;

const guard = webhook(
  {
    provider: stripe(),
    secrets: fromEnv('STRIPE_WEBHOOK_SECRET', { previous: 'STRIPE_WEBHOOK_SECRET_PREVIOUS' }),
  },
  async (delivery) => {
    if (delivery.type !== 'checkout.session.completed') return;
    // The work.
  },
);

const metrics = await exposeMetrics({ host: METRICS_HOST, port: Number(METRICS_PORT) });
measureDeliveries(metrics.meter);

const app = express();
app.disable('x-powered-by');
app.all('/webhooks/stripe', guard);

const server = app.listen(Number(PORT), HOST, (error) => {
  if (error) throw error;
  console.log(JSON.stringify({ listening: server.address(), metrics: metrics.port }));
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await guard.close();
    server.close();
    await metrics.close();
  });
}
