import { fromEnv } from '@postern/core';
import { hardenServer } from '@postern/core/node';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { webhook } from '@postern/express';
import express from 'express';
import { logDeliveries, openLog } from './log-deliveries.ts';

// .env.example explains each of them.
const { HOST = '127.0.0.1', PORT = '3000', LOG_FILE, LOG_LEVEL } = process.env;

let lost = 0;
const log = openLog({
  to: LOG_FILE || 1,
  level: LOG_LEVEL,
  onLost: ({ name }) => {
    // The log itself cannot say it. Once is enough: a full disk fails at every line.
    if (lost++ === 0) console.error(`the log cannot be written (${name}): lines are lost, deliveries are not`);
  },
});

const guard = webhook(
  {
    provider: liasonpay(),
    secrets: fromEnv('LIASONPAY_WEBHOOK_SECRET', { previous: 'LIASONPAY_WEBHOOK_SECRET_PREVIOUS' }),
    ...logDeliveries(log.logger),
  },
  async (delivery) => {
    // The work. What is logged here is yours to choose: the event's id and type are in the record already.
    log.logger.info({ eventId: delivery.id, attempt: delivery.attempt }, 'fulfilled');
  },
);

const app = express();
app.disable('x-powered-by');
app.all('/webhooks/liasonpay', guard);

const server = app.listen(Number(PORT), HOST, (error) => {
  if (error) throw error;
  log.logger.info(server.address(), 'listening');
});
hardenServer(server);

// What rotates logs sends it.
process.on('SIGHUP', () => log.reopen());

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await guard.close();
    server.close();
    await log.close();
  });
}
