import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Delivery, ReceiverOptions } from '@postern/core';

/** A framework that a guard can be mounted in. Each has one file here, which exports its `mount`; the wire tool finds it by the file's name. */
export interface Mount {
  /** The file's name without its ending. */
  readonly name: string;
  /**
   * Starts a real server on loopback whose every path and method is guarded with these options; `handler` runs for genuine deliveries.
   *
   * @throws ConfigurationError for options that could not work, before anything listens
   */
  serve(options: ReceiverOptions, handler: (delivery: Delivery) => unknown): Promise<RunningServer>;
}

/** A server that listens on loopback. */
export interface RunningServer {
  readonly port: number;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

/** Serves with Node's own HTTP server, on a free port. For frameworks that are request listeners. */
export async function listen(listener: RequestListener): Promise<RunningServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
