import { createApp } from './app.ts';
import type { Tenant } from './fincode.ts';
import { ordersOf } from './orders.ts';

// .env.example explains each of them.
const { FINCODE_ENVIRONMENT, FINCODE_TENANT = '', FINCODE_STATUS_PATH = '' } = process.env;
const { HOST = '127.0.0.1', PORT = '3000', ORDERS_FILE = 'orders.example.json' } = process.env;

const { app, close } = createApp({
  // It is checked there, whatever it is.
  environment: FINCODE_ENVIRONMENT as Tenant['environment'],
  tenant: FINCODE_TENANT,
  statusPath: FINCODE_STATUS_PATH,
  orders: ordersOf(ORDERS_FILE, log),
  log,
});

/** One JSON object a line, for whatever collects the logs. */
function log(kind: string, record: object): void {
  // What a handler threw or a provider answered may hold anything: its name and message are enough here, and no caller sees them.
  const { error, ...rest } = record as { error?: unknown };
  console.log(JSON.stringify({ log: kind, ...rest, error: error && String(error) }));
}

const server = app.listen(Number(PORT), HOST, (error) => {
  if (error) throw error;
  log('listening', server.address() as object);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await close();
    server.close();
  });
}
