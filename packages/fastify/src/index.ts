import { createReceiver, type Delivery, type SchemaOutput, type StandardSchema } from '@postern/core';
import { guardNode, handleNode, type WebhookOptions } from '@postern/core/node';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { type Form, guardedPlugin, refuse, type WebhookPlugin } from './lib/guard-scope.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The verified delivery, on routes within `webhookScope`, from `preValidation` on. Elsewhere it is not there, and reading from it throws. */
    webhook: Delivery;
  }
}

/** Options of `webhook` and `webhookScope`: those of a receiver. */
export type { WebhookOptions, WebhookPlugin };

/** Runs for genuine deliveries only. Returning answers with the provider's acknowledgement; throwing, or a status other than 2xx, makes the sender try again. */
export type WebhookHandler<Event = unknown> = (
  delivery: Delivery<Event>,
  request: FastifyRequest,
  reply: FastifyReply,
) => unknown;

/**
 * Guards one path, with every method: `app.register(webhook(options, handler), { prefix: '/webhooks/stripe' })`.
 *
 * The handler runs for genuine, fresh deliveries that were not handled before. Return a promise that ends when the work is done:
 * the event is committed and acknowledged then. It may also answer by `reply`; a 2xx leaves only after the commit. A returned value is not sent;
 * of a returned `Response` the status counts. A hook of the application that answers 2xx before the handler fails the delivery: the sender tries again.
 *
 * @throws ConfigurationError at start-up, for options that could not work
 */
export function webhook<Schema extends StandardSchema>(
  options: Omit<WebhookOptions, 'schema'> & { readonly schema: Schema },
  handler: WebhookHandler<SchemaOutput<Schema>>,
): WebhookPlugin;
export function webhook(options: WebhookOptions, handler: WebhookHandler): WebhookPlugin;
export function webhook(options: WebhookOptions, handler: WebhookHandler): WebhookPlugin {
  if (typeof handler !== 'function') refuse('handler', 'give a function: (delivery, request, reply) => …');
  return guardedPlugin('webhook', createReceiver(options), handleNode, (scope, find) => {
    // After the verdict, and before any hook that may answer a genuine delivery.
    scope.addHook('preParsing', async (request, reply) => {
      const run = find(request);
      const [raw, send, end] = [reply.raw, reply.send, reply.raw.end as (...values: unknown[]) => typeof reply.raw];
      reply.send = (...payload) => {
        run.replied = true;
        return send.apply(reply, payload);
      };
      raw.end = (...values: unknown[]) => {
        // A 2xx would commit an event that nobody has handled.
        if (!run.ran && raw.statusCode < 300) run.fail(new Error('A hook answered before the handler began.'));
        return end.apply(raw, values);
      };
    });
    scope.all('/', async (request, reply) => {
      const run = find(request);
      // A hook has answered, or its answer is on its way through the onSend hooks.
      if (run.replied || reply.raw.headersSent) return run.over;
      run.ran = true;
      try {
        const returned = await handler(run.delivery, request, reply);
        // One that used its reply ends with that, however long the application's onSend hooks take.
        if (reply.raw.writableEnded || !(run.replied || reply.sent)) run.end(returned);
      } catch (error) {
        // Once a reply is sent or hijacked, Fastify takes no error to an error handler.
        if (reply.sent) run.fail(error);
        throw error;
      }
      return run.over;
    });
  });
}

/**
 * Guards routes of your own: `app.register(webhookScope(options, async (scope) => { scope.post('/orders', …) }), { prefix })`.
 * Each finds its delivery in `request.webhook`.
 *
 * The event is committed when the response has been sent with a 2xx, and given back for any other status, whoever gave the response:
 * a `preValidation` or `preHandler` hook that answers 2xx has handled the event, and no route sees it. An error that a route
 * throws is answered with a generic 503 and told to `onSettled`, unless the routes set an error handler of their own.
 *
 * @throws ConfigurationError at start-up, for options that could not work
 */
export function webhookScope(options: WebhookOptions, routes: FastifyPluginCallback): WebhookPlugin {
  if (typeof routes !== 'function') refuse('routes', 'give a plugin: async (scope) => { scope.post(…) }');
  const form: Form = (staged, request, response, enter, traits) =>
    guardNode(staged, request, response, traits).then((delivery) => void (delivery && enter(delivery)));
  return guardedPlugin('webhookScope', createReceiver(options), form, (scope, find) => {
    function getter(this: FastifyRequest) {
      return find(this).delivery;
    }
    scope.decorateRequest('webhook', { getter });
    scope.register(routes);
  });
}
