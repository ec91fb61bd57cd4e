import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ReceiverOptions } from '@postern/core';
import { webhook } from '@postern/next/pages';
import type { MountHandler, RunningServer } from '@postern/testing';
import { listen } from '../conformance/listen.ts';
import { buildSite } from './site.ts';

/** What one server of a mount is given. The routes keep their guard in it. */
interface Stage {
  readonly options: ReceiverOptions;
  readonly handler: MountHandler;
}

/** Under this name the routes find the stage of the request they are called for. */
const STAGES = Symbol.for('postern.test.stages');

/** All of an App Router route but how it comes by its body. No peer is shown to it; but these servers listen on loopback, and all who come are from there. */
const appRoute = (before: string) => `
import { webhook } from '@postern/next';

async function handle(request, context) {
  const stage = globalThis[Symbol.for('postern.test.stages')].getStore();
  stage.guard ??= webhook({ ...stage.options, clientAddress: () => '127.0.0.1' }, async (delivery) => {
    const reply = await stage.handler(delivery);
    if (reply) return new Response(reply.body ?? null, reply);
  });
  ${before}
  return stage.guard(request, context);
}

export { handle as DELETE, handle as GET, handle as HEAD, handle as OPTIONS, handle as PATCH, handle as POST, handle as PUT };
`;

/** All of a Pages Router route but how it comes by its body. */
const pagesRoute = (before: string, config = 'export const config = { api: { bodyParser: false } };') => `
import { webhook } from '@postern/next/pages';
import { gunzipSync } from 'node:zlib';

${config}

export default async function handle(req, res) {
  const stage = globalThis[Symbol.for('postern.test.stages')].getStore();
  stage.guard ??= webhook(stage.options, async (delivery, req, res) => {
    const reply = await stage.handler(delivery);
    if (!reply) return;
    for (const [name, value] of Object.entries(reply.headers ?? {})) res.setHeader(name, value);
    res.status(reply.status).send(reply.body ?? '');
  });
  ${before}
  await stage.guard(req, res);
}
`;

const FILES = {
  'app/app/guarded/[[...path]]/route.js': appRoute(''),
  'app/app/parsed/[[...path]]/route.js': appRoute('await request.json();'),
  'app/app/consumed/[[...path]]/route.js': appRoute('await request.arrayBuffer();'),
  'pages/api/guarded/[[...path]].js': pagesRoute(''),
  'pages/api/parsed/[[...path]].js': pagesRoute('', ''),
  'pages/api/consumed/[[...path]].js': pagesRoute('for await (const _ of req);'),
  // What a raw parser, run by hand, leaves behind.
  'pages/api/inflated/[[...path]].js': pagesRoute(
    'const pieces = []; for await (const piece of req) pieces.push(piece); req.body = gunzipSync(Buffer.concat(pieces));',
  ),
};

type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A production build that serves in this process. */
export interface ProductionSite {
  /** Serves the routes below a path, at every path, with these options. @throws ConfigurationError for options that could not work */
  serve(below: string, options: ReceiverOptions, handler: MountHandler): Promise<RunningServer>;
}

const stages = new AsyncLocalStorage<Stage>();
let starting: Promise<Listener> | undefined;

/** Builds the routes of both mounts, unless that was done before. Nothing listens yet. */
export async function openProductionSite(): Promise<ProductionSite> {
  const folder = await buildSite(FILES);
  Object.defineProperty(globalThis, STAGES, { value: stages, configurable: true });
  return {
    async serve(below, options, handler) {
      // The routes make their guard at the first request.
      webhook(options, () => undefined);
      starting ??= start(folder);
      const next = await starting;
      const stage: Stage = { options, handler };
      return listen((request, response) => {
        request.url = `${below}${request.url}`;
        void stages.run(stage, () => next(request, response));
      });
    },
  };
}

async function start(folder: string): Promise<Listener> {
  const createNext = createRequire(join(folder, 'package.json'))('next');
  const app = createNext({ dev: false, dir: folder });
  // Next says on standard output what it starts with. That belongs to the command that is run.
  const { log } = console;
  console.log = console.error;
  try {
    await app.prepare();
  } finally {
    console.log = log;
  }
  return app.getRequestHandler();
}
