import { fromEnv } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { webhook } from '@postern/express';
import express from 'express';

// The commonest mistake there is: a body parser for the whole app, before the guard. The bytes that were signed are gone by then.
const log = (kind: string, record: object) => console.log(JSON.stringify({ log: kind, ...record }));
const app = express();
app.use(express.json());
app.post(
  '/webhooks/liasonpay',
  webhook(
    {
      provider: liasonpay(),
      secrets: fromEnv('LIASONPAY_WEBHOOK_SECRET'),
      onVerdict: (record) => log('verdict', record),
      onSettled: ({ error, ...record }) => log('settled', { ...record, error: error && String(error) }),
    },
    (delivery) => log('payment', { attempt: delivery.attempt }),
  ),
);
const server = app.listen(Number(process.env.PORT), '127.0.0.1', () => log('listening', Object(server.address())));
process.once('SIGTERM', () => server.close());
