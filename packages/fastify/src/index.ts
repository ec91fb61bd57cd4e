import type { Delivery, ReceiverOptions, SchemaOutput, StandardSchema } from '@postern/core';
import { createReceiver } from '@postern/core';
import { guardNode, handleNode } from '@postern/core/node';
import type { FastifyPluginAsync, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { type Form, guardedPlugin, misuse } from './lib/guard-scope.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The verified delivery, on routes within `webhookScope`, from `preValidation` on. Elsewhere it is not there, and reading from it throws. */
    webhook: Delivery;
  }
}

/** Options of `webhook` and `webhookScope`: those of a receiver. */
export type WebhookOptions<Event = unknown> = ReceiverOptions<Event>;

/** Runs for genuine deliveries only. Returning answers with the provider's acknowledgement, whatever is returned; throwing, or a status other than 2xx, makes the sender try again. */
export type WebhookHandler<Event = unknown> = (
  delivery: Delivery<Event>,
  request: FastifyRequest,
  reply: FastifyReply,
) => unknown;

/**
 * Guards one path, with every method: `app.register(webhook(options, handler), { prefix: '/webhooks/stripe' })`.
 *
 * The handler runs for genuine, fresh deliveries that were not handled before. Return a promise that ends when the work is done:
 * the event is committed and acknowledged then. It may also answer by `reply`; a 2xx leaves only after the commit. A returned value is not sent.
 *
 * @throws ConfigurationError at start-up, for options that could not work
 */
export function webhook<Schema extends StandardSchema>(
  options: Omit<WebhookOptions, 'schema'> & { readonly schema: Schema },
  handler: WebhookHandler<SchemaOutput<Schema>>,
): FastifyPluginAsync;
export function webhook(options: WebhookOptions, handler: WebhookHandler): FastifyPluginAsync;
export function webhook(options: WebhookOptions, handler: WebhookHandler): FastifyPluginAsync {
  const receiver = createReceiver(options);
  if (typeof handler !== 'function') throw misuse('handler', 'give a function: (delivery, request, reply) => …');
  return guardedPlugin('webhook', receiver, handleNode, (scope, find) => {
    scope.all('/', async (request, reply) => {
      const { delivery, end, over } = find(request);
      // A hook has answered, and has the last word as on every route.
      if (reply.raw.headersSent) return over;
      const { send } = reply;
      let replied = false;
      reply.send = (...payload) => {
        replied = true;
        return send.apply(reply, payload);
      };
      try {
        await handler(delivery, request, reply);
      } catch (error) {
        // Once a reply is sent or hijacked, Fastify takes no error to an error handler.
        if (reply.sent) delivery.fail(error);
        throw error;
      }
      // One that used its reply ends with that, however long the application's onSend hooks take.
      if (reply.raw.writableEnded || !(replied || reply.sent)) end();
      return over;
    });
  });
}

/**
 * Guards routes of your own: `app.register(webhookScope(options, async (scope) => { scope.post('/orders', …) }), { prefix })`.
 * Each finds its delivery in `request.webhook`.
 *
 * The event is committed when the response has been sent with a 2xx, and given back for any other status. An error that a route
 * throws is answered with a generic 503 and told to `onSettled`, unless the routes set an error handler of their own.
 *
 * @throws ConfigurationError at start-up, for options that could not work
 */
export function webhookScope(options: WebhookOptions, routes: FastifyPluginCallback): FastifyPluginAsync {
  const receiver = createReceiver(options);
  if (typeof routes !== 'function') throw misuse('routes', 'give a plugin: async (scope) => { scope.post(…) }');
  const form: Form = async (staged, request, response, enter, traits) => {
    const delivery = await guardNode(staged, request, response, traits);
    if (delivery) void enter(delivery);
  };
  return guardedPlugin('webhookScope', receiver, form, (scope, find) => {
    scope.decorateRequest('webhook', {
      getter() {
        return find(this).delivery;
      },
    });
    scope.register(routes);
  });
}
