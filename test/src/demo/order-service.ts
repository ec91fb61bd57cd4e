import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The shop's order service, which the example server's handler tells of payments: it can be down, and it can be slow. */
export interface OrderService {
  readonly url: string;
  /** Answers the next call with 500. */
  failNext(): void;
  /** Keeps the next call waiting. `arrived` resolves when it has come, `release` answers it. */
  holdNext(): { readonly arrived: Promise<void>; release(): void };
  stop(): void;
}

/** Starts the order service on a free loopback port. */
export async function startOrderService(): Promise<OrderService> {
  type Treatment = (answer: (status: number) => void) => void;
  const treatments: Treatment[] = [];
  const server = createServer((request, response) => {
    const treat = treatments.shift() ?? ((answer) => answer(204));
    request.resume().on('end', () => treat((status) => response.writeHead(status).end()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/payments`,
    failNext() {
      treatments.push((answer) => answer(500));
    },
    holdNext() {
      let arrive: () => void = () => undefined;
      let release: () => void = () => undefined;
      const arrived = new Promise<void>((resolve) => {
        arrive = resolve;
      });
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      treatments.push((answer) => {
        arrive();
        void released.then(() => answer(204));
      });
      return { arrived, release };
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
