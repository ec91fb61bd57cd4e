import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

/** Limits of a connection, milliseconds. */
export interface ConnectionLimits {
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
}

type Socket = IncomingMessage['socket'];

/** What is known of one connection. */
interface Connection {
  readonly socket: Socket;
  /** False for the bare connection under a TLS one: what is written to it is no HTTP. */
  readonly speaksHttp: boolean;
  /** When the head that is awaited began: with its first byte, and on a new connection at once. */
  headSince: number | undefined;
  /** The bytes read when the latest request was: more of them are the next head. */
  bytesRead: number;
  /** The latest request, and when it began. */
  request: IncomingMessage | undefined;
  response: ServerResponse | undefined;
  requestSince: number;
  /** Answers that are not over yet, those of pipelined requests included. */
  openAnswers: number;
  /** It was told that it is over its time, and closes by itself or is closed. */
  told: boolean;
}

/** A limit is looked at so many times while it runs, every 10 to 100 ms: often enough that those that came one after another are not all closed at once. */
const LOOKS = 10;
const SHORTEST_PERIOD_MS = 10;
const LONGEST_PERIOD_MS = 100;

const REQUEST_TIMEOUT = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/**
 * Closes connections whose head or whole request takes too long, at most a tenth of a second late.
 *
 * One timer looks at all connections, and runs only while there are any; it does not keep the process alive.
 *
 * @returns what listens for heads beside the application
 */
export function limitConnections(server: Server, limits: ConnectionLimits): RequestListener {
  const connections = new Map<Socket, Connection>();
  /** Bare connections in the middle of a TLS handshake, by their two ends: the TLS socket that comes of one does not name it. */
  const handshakes = new Map<string, Connection>();
  const announced = new WeakSet<IncomingMessage>();
  const secure = 'setSecureContext' in server;
  const shorter = Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs);
  const period = Math.min(LONGEST_PERIOD_MS, Math.max(SHORTEST_PERIOD_MS, Math.floor(shorter / LOOKS)));
  let timer: ReturnType<typeof setInterval> | undefined;

  function watch(socket: Socket, speaksHttp: boolean, headSince: number): Connection {
    const connection: Connection = {
      socket,
      speaksHttp,
      headSince,
      bytesRead: 0,
      request: undefined,
      response: undefined,
      requestSince: headSince,
      openAnswers: 0,
      told: false,
    };
    connections.set(socket, connection);
    socket.once('close', () => forget(socket));
    timer ??= setInterval(look, period).unref();
    return connection;
  }

  function forget(socket: Socket): void {
    connections.delete(socket);
    if (connections.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  function look(): void {
    const now = performance.now();
    for (const connection of connections.values()) {
      if (connection.told) connection.socket.destroy();
      else if (isLate(connection, now, limits)) refuse(server, connection);
    }
  }

  server.on('connection', (socket: Socket) => {
    // Over a local socket two bare connections could not be told apart: there Node's own handshakeTimeout has to do.
    if (secure && socket.remotePort === undefined) return;
    const connection = watch(socket, !secure, performance.now());
    if (!secure) return;
    const ends = endsOf(socket);
    handshakes.set(ends, connection);
    socket.once('close', () => {
      if (handshakes.get(ends) === connection) handshakes.delete(ends);
    });
  });
  server.on('secureConnection', (socket: Socket) => {
    const ends = endsOf(socket);
    const bare = handshakes.get(ends);
    handshakes.delete(ends);
    if (bare) forget(bare.socket);
    watch(socket, true, bare?.requestSince ?? performance.now());
  });

  function headCame(request: IncomingMessage, response: ServerResponse): void {
    // One request may be announced several times: by an application's 'checkContinue' that emits 'request', and by a library that
    // calls the listeners it has replaced.
    if (announced.has(request)) return;
    announced.add(request);
    const { socket } = request;
    const now = performance.now();
    // Not seen before on a server that listened already.
    const connection = connections.get(socket) ?? watch(socket, true, now);
    connection.request = request;
    connection.response = response;
    connection.requestSince = connection.headSince ?? now;
    connection.headSince = undefined;
    connection.openAnswers++;
    // What comes after its last byte is the next head.
    request.once('close', () => {
      connection.bytesRead = socket.bytesRead;
    });
    response.once('close', () => {
      connection.openAnswers--;
    });
  }
  for (const event of ['request', 'checkContinue', 'checkExpectation']) listenBeside(server, event, headCame);
  for (const event of ['upgrade', 'connect'])
    listenBeside(server, event, (request: IncomingMessage) => forget(request.socket));
  return headCame;
}

/** True when the awaited head, or the rest of the latest request, should have been here by now. */
function isLate(connection: Connection, now: number, limits: ConnectionLimits): boolean {
  const { request, socket } = connection;
  if (request !== undefined && !request.complete) return now - connection.requestSince >= limits.requestTimeoutMs;
  // While an answer is awaited, the connection waits for us.
  if (connection.openAnswers > 0) return false;
  if (connection.headSince !== undefined) return now - connection.headSince >= limits.headersTimeoutMs;
  // An idle connection is Node's to close, by keepAliveTimeout. A first byte ends the idleness.
  if (socket.bytesRead !== connection.bytesRead) connection.headSince = now;
  return false;
}

/** Answers 408 where nothing else has been answered, and closes. As Node does it, and with the same say for an application's 'clientError'. */
function refuse(server: Server, connection: Connection): void {
  const { socket, request, response, openAnswers } = connection;
  connection.told = true;
  if (!connection.speaksHttp) {
    socket.destroy();
    return;
  }
  const error = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
  if (server.emit('clientError', error, socket)) return;
  // A late body may have its answer already, and before that answer those of earlier requests are owed.
  const owesAnswer =
    request === undefined || request.complete || (openAnswers === 1 && response?.headersSent === false);
  if (owesAnswer) socket.end(REQUEST_TIMEOUT, () => socket.destroy());
  else socket.destroy();
}

/**
 * Listens for an event before everybody else, while somebody else does: listening for some events takes them out of Node's hands.
 * A library that removes every listener and adds its own in their place does not end this.
 */
function listenBeside<Values extends unknown[]>(
  server: Server,
  event: string,
  listener: (...values: Values) => void,
): void {
  const ours = listener as (...values: unknown[]) => void;
  function settle(): void {
    const all = server.listeners(event);
    const listens = all.includes(ours);
    const others = all.some((one) => one !== ours);
    if (others && !listens) server.prependListener(event, ours);
    if (listens && !others) server.off(event, ours);
  }
  // Afterwards: a list that somebody is working through must not change under them.
  const settleSoon = (name: unknown) => {
    if (name === event) queueMicrotask(settle);
  };
  settle();
  server.on('newListener', settleSoon);
  server.on('removeListener', settleSoon);
}

function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
