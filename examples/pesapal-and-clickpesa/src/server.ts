import { createApp } from './app.ts';
import { readEnvironment } from './environment.ts';
import { ordersOf } from './orders.ts';

// .env.sandbox.example explains each of them.
const { HOST = '127.0.0.1', PORT = '3000', ORDERS_FILE = 'orders.example.json' } = process.env;

const environment = readEnvironment(process.env);
const { app, close } = createApp({ environment, orders: ordersOf(ORDERS_FILE, log), log });

/** One JSON object a line, for whatever collects the logs. */
function log(kind: string, record: object): void {
  // What a handler threw or a provider answered may hold anything: its name and message are enough here, and no caller sees them.
  const { error, ...rest } = record as { error?: unknown };
  console.log(JSON.stringify({ log: kind, ...rest, error: error && String(error) }));
}

const server = app.listen(Number(PORT), HOST, (error) => {
  if (error) throw error;
  log('listening', { environment, ...(server.address() as object) });
});

// Payments that are being handled are finished, or given back to be sent again, before the process ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await close();
    server.close();
  });
}
