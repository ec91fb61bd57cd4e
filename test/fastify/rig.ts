import type { AddressInfo, Socket } from 'node:net';
import {
  type ClaimStore,
  type Delivery,
  type MemoryStore,
  memoryStore,
  type SettledRecord,
  type VerdictRecord,
} from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { type WebhookOptions, webhook, webhookScope } from '@postern/fastify';
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import { NOW_SECONDS, PATH, SECRET } from '../express/rig.ts';

export type Form = 'handler' | 'scope';
export const FORMS: readonly Form[] = ['handler', 'scope'];

/** What a route does with a delivery, in either form. */
export type Route = (delivery: Delivery, request: FastifyRequest, reply: FastifyReply) => unknown;

export interface SiteSettings {
  readonly form?: Form;
  readonly server?: FastifyServerOptions;
  readonly options?: Partial<WebhookOptions>;
  readonly route?: Route;
  /** What the application does before the guard is registered. */
  readonly before?: (app: FastifyInstance) => unknown;
}

/** A running server, and everything that can be seen of it. */
export interface Site {
  readonly app: FastifyInstance;
  readonly port: number;
  readonly store: MemoryStore;
  readonly claims: () => number;
  readonly started: Delivery[];
  readonly verdicts: VerdictRecord[];
  readonly settled: SettledRecord[];
  readonly sockets: Socket[];
  /** The lines of the application's log. */
  readonly log: readonly LogLine[];
  readonly close: () => Promise<void>;
}

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly reqId?: string;
  readonly webhook?: Partial<VerdictRecord>;
  readonly err?: { readonly message: string };
  readonly res?: { readonly statusCode: number };
}

export const clock = () => NOW_SECONDS * 1000;

/** Options that work, and an ear for records. */
export function optionsFor(more: Partial<WebhookOptions> = {}): WebhookOptions {
  return { provider: liasonpay(), secrets: SECRET, now: clock, onVerdict: () => undefined, ...more };
}

/** Starts a guarded Fastify app on loopback. `server` may not set a logger: the log is kept here. */
export async function startSite({
  form = 'handler',
  server,
  options,
  route,
  before,
}: SiteSettings = {}): Promise<Site> {
  const store = memoryStore({ now: clock });
  const [started, verdicts, settled, sockets, log]: [
    Delivery[],
    VerdictRecord[],
    SettledRecord[],
    Socket[],
    LogLine[],
  ] = [[], [], [], [], []];
  let claims = 0;
  const counting: ClaimStore = {
    claim(key, request) {
      claims++;
      return store.claim(key, request);
    },
    complete: (key, owner) => store.complete(key, owner),
    release: (key, owner) => store.release(key, owner),
  };
  const all = optionsFor({
    store: counting,
    onVerdict: (record) => verdicts.push(record),
    onSettled: (record) => settled.push(record),
    ...options,
  });
  const run: Route = (delivery, request, reply) => {
    started.push(delivery);
    return route?.(delivery, request, reply);
  };
  const app = fastify({
    forceCloseConnections: true,
    logger: { level: 'info', stream: { write: (line: string) => void log.push(JSON.parse(line)) } },
    ...server,
  });
  app.server.on('connection', (socket) => sockets.push(socket));
  await before?.(app);
  if (form === 'handler') app.register(webhook(all, run), { prefix: PATH });
  else
    app.register(
      webhookScope(all, async (scope) => {
        scope.post('/', async (request, reply) => {
          const result = await run(request.webhook, request, reply);
          return reply.sent ? reply : (result ?? '');
        });
      }),
      { prefix: PATH },
    );
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return { app, port, store, claims: () => claims, started, verdicts, settled, sockets, log, close: () => app.close() };
}
