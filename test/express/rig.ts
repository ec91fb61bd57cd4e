import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  type ClaimStore,
  type Delivery,
  type MemoryStore,
  memoryStore,
  type SettledRecord,
  sign,
  type VerdictRecord,
} from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { type WebhookOptions, webhook } from '@postern/express';
import express5, { type Express, type NextFunction, type Request, type Response } from 'express';
import express4 from 'express4';

/** Both Expresses, typed alike: the parts these tests use are the same. */
export type ExpressModule = typeof express5;
export const EXPRESSES: readonly (readonly [name: string, express: ExpressModule])[] = [
  ['Express 4', express4 as unknown as ExpressModule],
  ['Express 5', express5],
];

export type Form = 'handler' | 'middleware';

/** Every pair of an Express and a form. */
export const SHAPES: readonly (readonly [name: string, express: ExpressModule, form: Form])[] = EXPRESSES.flatMap(
  ([name, express]) =>
    (['handler', 'middleware'] as const).map((form) => [`${name}, ${form} form`, express, form] as const),
);

export const SECRET = 'test-secret-test-secret-test-secret';
export const OTHER_SECRET = 'other-test-secret-other-test-secret';
/** The clock of these tests: the guard never reads another. */
export const NOW_SECONDS = 1_767_225_600;
export const PATH = '/webhooks/liasonpay';
export const BODY = '{"event_type":"payment.paid","amount":25.00,"payer":"Zoë"}';

/** The headers of a genuine delivery. */
export function signed(
  body: string | Uint8Array = BODY,
  timestamp = NOW_SECONDS,
  secret = SECRET,
): Promise<Record<string, string>> {
  return sign(liasonpay(), { secret, body, timestamp });
}

/** What a route does with a delivery, in either form. */
export type Route = (delivery: Delivery, request: Request, response: Response) => unknown;

export interface SiteSettings {
  readonly express: ExpressModule;
  readonly form: Form;
  readonly options?: Partial<WebhookOptions>;
  readonly route?: Route;
  /** Mounts what comes before the guard. */
  readonly before?: (app: Express) => void;
  /** Mounts what comes between the guard and the route: the middleware form alone has such a place. */
  readonly between?: readonly ((request: Request, response: Response, next: NextFunction) => void)[];
  /** Mounts what comes after the route. */
  readonly after?: (app: Express) => void;
}

/** A running server, and everything that can be seen of it. */
export interface Site {
  readonly port: number;
  readonly server: Server;
  readonly store: MemoryStore;
  /** Claims asked of the store. */
  readonly claims: () => number;
  /** The deliveries whose handler was started. */
  readonly started: Delivery[];
  readonly verdicts: VerdictRecord[];
  readonly settled: SettledRecord[];
  /** The server's ends of its connections, closed ones included. */
  readonly sockets: Socket[];
  readonly close: () => Promise<void>;
}

/** Starts a guarded Express app on loopback. The route is told of in `started`, and answers with the acknowledgement unless it answers itself. */
export async function startSite(settings: SiteSettings): Promise<Site> {
  const store = memoryStore({ now: clock });
  const started: Delivery[] = [];
  const verdicts: VerdictRecord[] = [];
  const settled: SettledRecord[] = [];
  const sockets: Socket[] = [];
  let claims = 0;
  const counting: ClaimStore = {
    claim(key, request) {
      claims++;
      return store.claim(key, request);
    },
    complete: (key, owner) => store.complete(key, owner),
    release: (key, owner) => store.release(key, owner),
  };
  const options: WebhookOptions = {
    provider: liasonpay(),
    secrets: SECRET,
    now: clock,
    store: counting,
    onVerdict: (record) => verdicts.push(record),
    onSettled: (record) => settled.push(record),
    ...settings.options,
  };
  const route = settings.route ?? (() => undefined);
  const app = settings.express();
  settings.before?.(app);
  if (settings.form === 'handler') {
    app.post(
      PATH,
      webhook(options, (delivery, request, response) => {
        started.push(delivery);
        return route(delivery, request, response);
      }),
    );
  } else {
    app.post(PATH, webhook(options), ...(settings.between ?? []), async (request, response, next) => {
      started.push(request.webhook);
      try {
        await route(request.webhook, request, response);
        // What an ordinary route does last. One that has answered, or answers later, must not be answered for.
        if (route.length < 3 && !response.headersSent) response.sendStatus(200);
      } catch (error) {
        next(error);
      }
    });
  }
  settings.after?.(app);
  const { server, port, close } = await listen(app, sockets);
  return { port, server, store, claims: () => claims, started, verdicts, settled, sockets, close };
}

/** A server that listens. */
export interface Listening {
  readonly server: Server;
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Serves an app on loopback. */
export function listen(app: Express, sockets: Socket[] = []): Promise<Listening> {
  const server = createServer(app);
  server.on('connection', (socket) => sockets.push(socket));
  return serve(server);
}

/** Lets a server listen on a free port of loopback. */
export async function serve(server: Server): Promise<Listening> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A promise that somebody else settles. */
export interface Gate {
  readonly passed: Promise<void>;
  readonly open: () => void;
}

export function gate(): Gate {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

/** Waits for something to become true, looking often. @throws when it has not within the deadline */
export async function until(holds: () => boolean, what: string, deadlineMs = 8_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`This did not come true within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Collects what would end a process: a test that ends with some of it has failed. */
export function watchProcess(): { readonly troubles: unknown[]; readonly stop: () => void } {
  const troubles: unknown[] = [];
  const note = (trouble: unknown) => troubles.push(trouble);
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
  return {
    troubles,
    stop() {
      process.off('unhandledRejection', note);
      process.off('uncaughtException', note);
    },
  };
}

/** Collects the warnings of this library. */
export function watchWarnings(): {
  readonly warnings: (Error & { code?: string; detail?: string })[];
  readonly stop: () => void;
} {
  const warnings: Error[] = [];
  const note = (warning: Error) => {
    if (warning.name === 'PosternWarning') warnings.push(warning);
  };
  process.on('warning', note);
  return { warnings, stop: () => process.off('warning', note) };
}

function clock(): number {
  return NOW_SECONDS * 1000;
}
