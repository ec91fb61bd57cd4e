import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningServer } from '@postern/testing';

/** Serves with Node's own HTTP server, on a free port. For frameworks that are request listeners. */
export async function listen(listener: RequestListener): Promise<RunningServer> {
  return listenWith(createServer(listener));
}

/** Lets a server listen on a free port of loopback. */
export async function listenWith(server: Server): Promise<RunningServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

/** The same listener, reached when something has read the body and kept nothing. */
export function consumeFirst(listener: RequestListener): RequestListener {
  return (request, response) => {
    request.resume();
    request.once('end', () => listener(request, response));
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
