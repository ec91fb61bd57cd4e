import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { ConfigurationError } from '../errors.ts';
import { positiveInteger, refuseUnknownOptions } from '../options.ts';
import { limitConnections } from './connection-limits.ts';
import { holdContinue } from './hold-continue.ts';

/** Options of `hardenServer`. */
export interface HardenServerOptions {
  /** How long a request's head may take, milliseconds, from its first byte or, on a new connection, from its opening; a TLS handshake included. Default 10,000. */
  readonly headersTimeoutMs?: number | undefined;
  /** How long a whole request may take to arrive, head and body, milliseconds, on every route. Default 30,000; large uploads over slow lines need more. */
  readonly requestTimeoutMs?: number | undefined;
  /** How long a connection may idle between two requests, milliseconds. Default: the server's own `keepAliveTimeout` (Node's is 5,000), or 5,000 where that is off. Node adds up to a second. */
  readonly keepAliveTimeoutMs?: number | undefined;
}

const LONGEST_MS = 2_147_483_647;

/** On a server that is hardened. By registry, so that two copies of this package know each other's. */
const HARDENED = Symbol.for('postern.hardened');

/**
 * Sets limits on a server of `node:http` or `node:https`, before or after it listens: a head, a request or an idle connection that
 * takes too long is closed within a tenth of a second of its limit, with a 408 where one is owed; other connections go on. Node's own
 * limits are 60 and 300 seconds, looked at every 30. How long a handler takes is not limited by this, once it has read the
 * whole body: until then the request is still arriving.
 *
 * It also leaves `100 Continue` unsaid until a route begins to read the body. A guard does so when the head has passed; what it refuses
 * by the head alone gets its final status, and the connection closes. A 'checkContinue' listener of the application's own keeps its say instead.
 *
 * @throws ConfigurationError for an unknown option, a limit that is no positive whole number, `headersTimeoutMs` over `requestTimeoutMs`,
 * something that is no such server, and a server that is hardened already
 */
export function hardenServer(server: Server, options: HardenServerOptions = {}): void {
  checkServer(server);
  refuseUnknownOptions(options, ['headersTimeoutMs', 'requestTimeoutMs', 'keepAliveTimeoutMs'], 'hardenServer');
  const limit = (name: keyof HardenServerOptions, fallback: number) =>
    positiveInteger(options[name], `hardenServer.${name}`, 'milliseconds', fallback, LONGEST_MS);
  const requestTimeoutMs = limit('requestTimeoutMs', 30_000);
  const headersTimeoutMs = limit('headersTimeoutMs', Math.min(10_000, requestTimeoutMs));
  const keepAliveTimeoutMs = limit('keepAliveTimeoutMs', server.keepAliveTimeout || 5_000);
  if (headersTimeoutMs > requestTimeoutMs)
    throw new ConfigurationError(
      'invalid-limit',
      'hardenServer.headersTimeoutMs',
      `give at most requestTimeoutMs, ${requestTimeoutMs}: the head is part of the request.`,
    );
  Object.defineProperty(server, HARDENED, { value: true });
  server.keepAliveTimeout = keepAliveTimeoutMs;
  // Node's own checks stay behind these, for connections that were open before.
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  passOnContinue(server, limitConnections(server, { headersTimeoutMs, requestTimeoutMs }));
}

/** Passes requests that wait for a 100 Continue on to the ordinary listeners, the 100 unsaid. */
function passOnContinue(server: Server, headCame: RequestListener): void {
  server.prependListener('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // Another listener answers. One that has replaced this one, and calls it, asks this one to.
    if (server.listeners('checkContinue').filter((one) => one !== headCame).length > 1) return;
    holdContinue(request, response);
    server.emit('request', request, response);
  });
}

function checkServer(server: unknown): asserts server is Server {
  // Not by class: every server of node:http and node:https has this property, and those of node:http2 have not.
  if (typeof server !== 'object' || server === null || !('maxHeadersCount' in server))
    throw new ConfigurationError(
      'invalid-option',
      'hardenServer.server',
      'give a server of node:http or node:https: what createServer(app) or app.listen(…) returns, or app.server of Fastify.',
    );
  if (HARDENED in server)
    throw new ConfigurationError(
      'invalid-option',
      'hardenServer.server',
      'this server is hardened already. Call hardenServer once, with all its options.',
    );
}
