import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { OutboundRoute } from '@postern/core/outbound';
import { createAuthority } from './authority.ts';

/** A request that a simulator was sent. */
export interface SimulatorRequest {
  readonly method: string;
  /** The host that was meant. */
  readonly host: string;
  /** Path and query, as they came. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What a simulator answers. An object is sent as JSON. */
export interface SimulatorAnswer {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
}

/**
 * Ways in which a provider's API fails: it answers nothing, hangs up, answers 500, says "too often", refuses the token, sends somewhere
 * else, sends without end, or sends a page where JSON was asked for.
 */
export type Misbehaviour = 'slow' | 'cut' | 'broken' | 'busy' | 'refusing' | 'redirecting' | 'oversized' | 'garbled';

/** A provider's API on loopback, over real TLS, under its own host names. */
export interface Simulator {
  /** How one gets there: `createOutbound({ routes: simulator.routes })`. They hold the authority that its certificate is from. */
  readonly routes: Readonly<Record<string, OutboundRoute>>;
  /** Everything it was asked, in order. */
  readonly asked: readonly SimulatorRequest[];
  /** How many connections were made to it, whether or not anything was asked. */
  connections(): number;
  /** Fails from now on in this way, for requests whose path holds `at` (default: all), so many times (default: for good). Without a way it behaves again. */
  misbehave(how?: Misbehaviour, which?: { readonly at?: string; readonly times?: number }): void;
  close(): Promise<void>;
}

/** Starts a simulator of what `answer` says. */
export async function startSimulator(
  hosts: readonly string[],
  answer: (request: SimulatorRequest) => SimulatorAnswer | Promise<SimulatorAnswer>,
): Promise<Simulator> {
  const authority = await createAuthority();
  const asked: SimulatorRequest[] = [];
  let connections = 0;
  let wrong: { readonly how: Misbehaviour; readonly at: string; left: number } | undefined;

  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = incoming;
    const chunks: Uint8Array[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const request = { method, url, headers, host: headers.host ?? '', body: await new Blob(chunks as never).text() };
    asked.push(request);
    if (wrong !== undefined && wrong.left > 0 && url.includes(wrong.at)) {
      wrong.left--;
      fail(wrong.how, response);
      return;
    }
    send(response, await answer(request));
  }

  const { cert, key } = await authority.issue(hosts);
  const server = createServer({ cert, key }, (incoming, response) => {
    respond(incoming, response).catch(() => response.destroy());
  });
  server.on('connection', () => connections++);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const route = Object.freeze<OutboundRoute>({ address: '127.0.0.1', port, ca: authority.ca });
  return Object.freeze<Simulator>({
    routes: Object.freeze(Object.fromEntries(hosts.map((host) => [host, route]))),
    asked,
    connections: () => connections,
    misbehave(how, { at = '', times = Number.POSITIVE_INFINITY } = {}) {
      wrong = how && { how, at, left: times };
    },
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  });
}

function send(response: ServerResponse, { status = 200, headers = {}, body = '' }: SimulatorAnswer): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(text);
}

/** The failures that are answers. */
const FAILURES: Readonly<Record<Exclude<Misbehaviour, 'slow' | 'cut'>, SimulatorAnswer>> = {
  broken: { status: 500, body: 'Server Error in /Application: simulated' },
  busy: { status: 429, headers: { 'retry-after': '7' } },
  refusing: { status: 401, body: { message: 'unauthorised: simulated' } },
  redirecting: { status: 302, headers: { location: 'https://127.0.0.1/secret' } },
  oversized: { headers: { 'content-type': 'application/json' }, body: `{"filler":"${'x'.repeat(1_000_000)}"}` },
  garbled: { headers: { 'content-type': 'text/html' }, body: '<html>maintenance</html>' },
};

function fail(how: Misbehaviour, response: ServerResponse): void {
  if (how === 'slow') return;
  if (how !== 'cut') {
    send(response, FAILURES[how]);
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('{"status":', () => response.destroy());
}
