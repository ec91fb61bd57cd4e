import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { announce } from './control.ts';

/** Lets a server listen on a free port of loopback. Resolves to the port. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Serves with Node's own HTTP server. */
export async function serveNode(listener: RequestListener): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer(listener);
  const port = await listen(server);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Opens the control door with Node's own HTTP server, and says where. */
export async function serveControl(control: (request: Request) => Promise<Response>): Promise<void> {
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece);
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
    const response = await control(new Request(url, { method: 'POST', body: Buffer.concat(pieces) }));
    outgoing.end(await response.text());
  };
  announce((await serveNode((incoming, outgoing) => void answer(incoming, outgoing))).port);
}
