import { serve } from '@hono/node-server';
import { fromEnv } from '@postern/core';
import { webhook } from '@postern/core/fetch';
import { hardenServer } from '@postern/core/node';
import { standardWebhooks } from '@postern/core/providers/standard-webhooks';
import { Hono } from 'hono';

// .env.example explains each of them.
const { HOST = '127.0.0.1', PORT = '3000' } = process.env;

// On a platform, fromEnv is read at the first delivery. This is a server: it should not start without its secret.
const secrets = fromEnv('WEBHOOK_SECRET').read();

const handle = webhook(
  {
    provider: standardWebhooks(),
    secrets,
    onVerdict: (record) => log('verdict', record),
    onSettled: (record) => log('settled', record),
  },
  // Throwing, or a Response other than 2xx, gives the event back: the sender tries again.
  async (delivery) => {
    /** @type {{ type: string, data: object }} */
    const event = delivery.json();
    log('event', { id: delivery.id, type: event.type, attempt: delivery.attempt });
  },
);

const app = new Hono();

app.get('/healthz', (context) => context.json({ status: 'ok' }));

// `all` and not `post`: the guard answers other methods with 405 and records them. `raw` is the Request as it came:
// nothing before the guard may read it, with c.req.json() or a validator.
app.all('/webhooks/standard', (context) => handle(context.req.raw));

/**
 * One JSON object a line, for whatever collects the logs.
 *
 * @param {'listening' | 'verdict' | 'settled' | 'event'} kind
 * @param {object} record
 */
function log(kind, record) {
  // What a handler or a store threw may hold anything: its name and message are enough here.
  const { error, ...rest } = /** @type {{ error?: unknown }} */ (record);
  console.log(JSON.stringify({ log: kind, ...rest, error: error && String(error) }));
}

const server = serve({ fetch: app.fetch, hostname: HOST, port: Number(PORT) }, (address) => log('listening', address));

// Node lets a head take 60 seconds and a request 300: senders of webhooks need neither.
hardenServer(/** @type {import('node:http').Server} */ (server));

// Deliveries that are being handled are finished before the process ends.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close());
