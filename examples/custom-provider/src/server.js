import { createServer } from 'node:http';
import { fromEnv } from '@postern/core';
import { hardenServer, webhook } from '@postern/core/node';
import { acme } from './acme.js';

// .env.example explains each of them.
const { HOST = '127.0.0.1', PORT = '3000' } = process.env;

const handle = webhook(
  {
    provider: acme,
    secrets: fromEnv('ACME_WEBHOOK_SECRET'),
    onVerdict: (record) => log('verdict', record),
    onSettled: (record) => log('settled', record),
  },
  // Throwing gives the event back: the sender is answered 503 and tries again.
  async (delivery) => {
    log('event', { id: delivery.id, type: delivery.type, attempt: delivery.attempt });
  },
);

const server = createServer((request, response) => {
  if (request.url === '/webhooks/acme') {
    void handle(request, response);
  } else {
    response.statusCode = request.url === '/healthz' ? 200 : 404;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: request.url === '/healthz' ? 'ok' : 'not found' }));
  }
});

// Node lets a head take 60 seconds and a request 300: senders of webhooks need neither.
hardenServer(server);

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

server.listen(Number(PORT), HOST, () => {
  log('listening', /** @type {import('node:net').AddressInfo} */ (server.address()));
});

// Deliveries that are being handled are finished before the process ends.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close());
