// Checked by `pnpm types`: a type that is wrong here fails the compilation, and an error that is expected and does not come fails it too.
import type { Delivery, StandardSchema } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { describe, expectTypeOf, it } from 'vitest';
import { webhook, webhookScope } from './index.ts';

interface Payment {
  readonly amount: number;
}

/** A Standard Schema by hand, as a library would make it. */
const payment: StandardSchema<Payment> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as Payment }) },
};
const good = { provider: liasonpay(), secrets: 'test-secret-test-secret-test-secret' };

describe('the types of webhook', () => {
  it('infer delivery.event from a Standard Schema', () => {
    webhook({ ...good, schema: payment }, (delivery, request, reply) => {
      expectTypeOf(delivery).toEqualTypeOf<Delivery<Payment>>();
      expectTypeOf(request).toEqualTypeOf<FastifyRequest>();
      expectTypeOf(reply).toEqualTypeOf<FastifyReply>();
      // @ts-expect-error: the schema has no such field
      delivery.event.currency;
    });
  });

  it('leave delivery.event unknown where there is no schema', () => {
    webhook(good, (delivery) => expectTypeOf(delivery.event).toEqualTypeOf<unknown>());
  });

  it('know request.webhook, and take routes of both kinds', () => {
    expectTypeOf<FastifyRequest['webhook']>().toEqualTypeOf<Delivery>();
    webhookScope(good, async (scope) => {
      scope.post('/', async (request) => expectTypeOf(request.webhook).toEqualTypeOf<Delivery>());
    });
    webhookScope(good, (scope, _options, done) => {
      scope.post('/', async (request) => expectTypeOf(request.webhook).toEqualTypeOf<Delivery>());
      done();
    });
  });

  it('fit into register, and nowhere else', () => {
    // These are compiled and never run.
    const never = () => {
      const app = fastify();
      const plugin = webhook(good, () => undefined);
      app.register(plugin, { prefix: '/x' });
      app.register(webhookScope(good, async () => undefined));
      fastify({ http2: true }).register(plugin, { prefix: '/x' });
      fastify({ https: {} }).register(plugin, { prefix: '/x' });
      // @ts-expect-error: a plugin is no handler
      app.post('/x', plugin);
      // @ts-expect-error: a plugin is no hook
      app.addHook('preHandler', plugin);
      // @ts-expect-error: misspelt
      webhook({ ...good, toleranceSecond: 300 }, () => undefined);
      // @ts-expect-error: no handler
      webhook(good);
      // @ts-expect-error: no routes
      webhookScope(good);
      // @ts-expect-error: no secrets
      webhookScope({ provider: liasonpay() }, async () => undefined);
    };
    expectTypeOf(never).toBeFunction();
  });
});
