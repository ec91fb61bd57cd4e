import { fromEnv } from '@postern/core';
import { hardenServer } from '@postern/core/node';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { webhook } from '@postern/express';
import express from 'express';

// .env.example explains each of them.
const { HOST = '127.0.0.1', PORT = '3000', LIASONPAY_ALLOW, ORDERS_URL } = process.env;

const app = express();
app.disable('x-powered-by');

app.get('/healthz', (_req, res) => {
  res.json({ status: 'ok' });
});

// `all` and not `post`: the guard answers other methods with 405 and records them, where Express would only say 404.
// Body parsers that the rest of the app needs belong after this route: the signature is over the bytes as they came.
const guard = webhook(
  {
    provider: liasonpay(),
    secrets: fromEnv('LIASONPAY_WEBHOOK_SECRET', { previous: 'LIASONPAY_WEBHOOK_SECRET_PREVIOUS' }),
    allow: LIASONPAY_ALLOW?.split(','),
    onVerdict: (record) => log('verdict', record),
    onSettled: (record) => log('settled', record),
  },
  fulfil,
);
app.all('/webhooks/liasonpay', guard);

/**
 * What the shop does with a payment. Throwing gives the event back: LiasonPay is answered 503 and tries again.
 *
 * @param {import('@postern/core').Delivery} delivery
 */
async function fulfil(delivery) {
  /** @type {{ event_type: string, data: { id: string, amount: number, currency: string } }} */
  const { event_type, data } = delivery.json();
  if (event_type !== 'charge.completed') return;
  log('payment', { charge: data.id, amount: data.amount, currency: data.currency, attempt: delivery.attempt });
  if (ORDERS_URL === undefined) return;
  const response = await fetch(ORDERS_URL, {
    method: 'POST',
    // An earlier try may have got as far as this and no further: the key lets the order service see that it was told before.
    headers: { 'content-type': 'application/json', 'idempotency-key': data.id },
    body: delivery.body,
    signal: delivery.signal,
  });
  if (!response.ok) throw new Error(`the order service answered ${response.status}`);
}

/**
 * One JSON object a line, for whatever collects the logs.
 *
 * @param {'listening' | 'verdict' | 'settled' | 'payment'} kind
 * @param {object} record
 */
function log(kind, record) {
  // What a handler or a store threw may hold anything: its name and message are enough here.
  const { error, ...rest } = /** @type {{ error?: unknown }} */ (record);
  console.log(JSON.stringify({ log: kind, ...rest, error: error && String(error) }));
}

const server = app.listen(Number(PORT), HOST, (error) => {
  if (error) throw error;
  log('listening', /** @type {import('node:net').AddressInfo} */ (server.address()));
});

// Node lets a head take 60 seconds and a request 300: senders of webhooks need neither.
hardenServer(server);

// Payments that are being handled are finished, or given back to be sent again, before the process ends; new ones are sent elsewhere.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await guard.close();
    server.close();
  });
}
