import { type BodyFailure, ConfigurationError, type Delivery, type Mounted, type Receiver } from '@postern/core';
import type { handleNode, NodeRequest } from '@postern/core/node';
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest, RequestPayload } from 'fastify';
import { REMEDY, traitsOf } from './log-traits.ts';

/** The plugin that guards, and the use of its secrets. The server's own `close()` drains it. */
export type WebhookPlugin = FastifyPluginAsync & Pick<Mounted, 'secrets'>;

/** Judges one request: answers it, or calls the handler, whose promise ends when the run does. Never rejects. */
export type Form = typeof handleNode;

/** A genuine delivery. `end` leaves the answer to the guard, with what the handler returned, and `fail` gives the event back; `over` resolves when it was given. The route notes that its handler `ran` and its reply was used. */
type Run = { delivery: Delivery; end: End; fail: End; over: Promise<void>; ran?: boolean; replied?: boolean };
type End = (returned: unknown) => void;
type Find = (request: FastifyRequest) => Run;
type AddRoutes = (scope: FastifyInstance, find: Find) => void;

/**
 * Guards every route of a scope and of the scopes within: the head in `onRequest`, the body in `preParsing`, after the application's
 * hooks. These hooks are the scope's: no option of a route takes them away. Gives what finds a genuine request again, and throws for others.
 */
function guardScope(scope: FastifyInstance, receiver: Receiver, form: Form): Find {
  // The body's turn, with the stream that the application's hooks have left. `judged` is called when the delivery is found genuine.
  const turns = new WeakMap<FastifyRequest, (payload: RequestPayload, judged: () => void) => void>();
  const runs = new WeakMap<FastifyRequest, Run>();
  const find: Find = (request) =>
    runs.get(request) ?? refuse('request.webhook', 'no delivery was verified here; it is there from preValidation on');
  scope.addHook('onRequest', (request, reply, headPassed) => {
    // What hooks have set so far stands in the guard's answers too.
    for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value ?? '');
    let judged = () => {};
    const enter = (delivery: Delivery) =>
      new Promise<unknown>((end) => {
        runs.set(request, { delivery, end, fail: (error) => end(void delivery.fail(error)), over });
        judged();
      });
    const beforeBody = () =>
      new Promise<BodyFailure | undefined>((came) => {
        turns.set(request, (payload, done) => {
          judged = done;
          came(replaced(request.raw, payload));
        });
        headPassed();
      });
    const over = form(receiver, request.raw, reply.raw, enter, { ...traitsOf(request), beforeBody }).then(() => {
      // The guard has answered: Fastify is to run nothing more.
      if (!runs.has(request)) reply.hijack();
    });
  });
  scope.addHook('preParsing', async (request, _reply, payload) => {
    await new Promise<void>((judged) => turns.get(request)?.(payload, judged));
    request.body = find(request).delivery.body;
    // Fastify refuses what is no media type: a token, a slash and a token. Here the signature has the word. What was sent still stands in
    // `request.raw.headers`.
    if (!/^[\w!#$%&'*+.^\x60|~-]+\/[\w!#$%&'*+.^\x60|~-]+\s*(;|$)/.test(request.headers['content-type'] ?? 'none/none'))
      request.headers = { ...request.headers, 'content-type': undefined };
  });
  scope.addHook('preHandler', async (request) => void find(request));
  scope.setErrorHandler((error, request) => {
    // Before the verdict it is the application's own, and goes to its error handler.
    if (!runs.has(request)) throw error;
    find(request).fail(error);
  });
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (request, _payload, done) => done(null, request.body));
  for (const name of ['addContentTypeParser', 'removeContentTypeParser', 'removeAllContentTypeParsers'] as const)
    scope[name] = () => refuse(name, 'bodies are read before any parser here: take request.webhook.json() or form()');
  return find;
}

/** A plugin that guards the scope Fastify makes for it, adds its routes, and refuses to be used as anything else. */
export function guardedPlugin(name: string, receiver: Receiver, form: Form, addRoutes: AddRoutes): WebhookPlugin {
  async function plugin(scope: FastifyInstance) {
    if (typeof scope?.addHook !== 'function')
      refuse(name, `this is a plugin, and no handler or hook: app.register(${name}(…), { prefix: '/path' })`);
    if (Reflect.has(plugin, Symbol.for('skip-override')))
      refuse(name, 'register it without fastify-plugin: without a scope of its own it would guard the whole app');
    // Before the server stops: handlers that run may still end, and what comes meanwhile is sent elsewhere.
    scope.addHook('preClose', () => receiver.close().then(() => undefined));
    addRoutes(scope, guardScope(scope, receiver, form));
  }
  return Object.assign(plugin, { secrets: receiver.secrets });
}

/** Tells of a mistake in the use of this package. */
export function refuse(name: string, remedy: string): never {
  throw new ConfigurationError('invalid-option', name, remedy);
}

/** A stream in place of the request's own holds other bytes than those that were signed, unless somebody kept them. */
function replaced(raw: NodeRequest, payload: RequestPayload): BodyFailure | undefined {
  if (payload === raw || raw.rawBody instanceof Uint8Array) return undefined;
  // Nobody reads it, and its errors must not end the process.
  payload.on('error', () => undefined);
  const detail = `a preParsing hook replaced the body before the guard, and the bytes that were signed are gone. ${REMEDY}`;
  return { failed: 'misconfigured', detail };
}
