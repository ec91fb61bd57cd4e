// A vendor's API on loopback, over real TLS.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { OutboundRoute } from '@postern/core/outbound';
import type { Issued } from './authority.ts';

/** A server that plays a vendor. */
export interface Vendor {
  /** How one gets there, for a client that trusts this authority. */
  readonly route: OutboundRoute;
  /** What was asked: method, path and body, in order. */
  readonly asked: {
    readonly method: string;
    readonly url: string;
    readonly body: string;
    readonly headers: IncomingMessage['headers'];
  }[];
  /** How many connections were made, whether or not anything was asked. */
  connections(): number;
  close(): Promise<void>;
}

/** Starts a vendor whose certificate is for these names. */
export async function startVendor(
  authority: Issued,
  names: readonly string[],
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  tls: ServerOptions & { readonly certificate?: Issued } = {},
): Promise<Vendor> {
  const { certificate = authority.issue({ names }), ...options } = tls;
  const asked: Vendor['asked'] = [];
  let connections = 0;
  const server = createServer(
    { cert: certificate.certificate, key: certificate.keyPem, ...options },
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        asked.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
        answer(request, response);
      });
    },
  );
  server.on('connection', () => connections++);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    route: { address: '127.0.0.1', port, ca: authority.certificate },
    asked,
    connections: () => connections,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
