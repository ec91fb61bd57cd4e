// Checked by `pnpm types`: a type that is wrong here fails the compilation, and an error that is expected and does not come fails it too.
import type { Delivery, Drained, Mounted, SchemaOutput, StandardSchema } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import type { Request, RequestHandler, Response } from 'express';
import { describe, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { keepRawBody, webhook } from './index.ts';

interface Payment {
  readonly event_type: 'payment.paid';
  readonly amount: number;
}

/** A Standard Schema by hand, as a library would make it. */
const payment: StandardSchema<Payment> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => ({ value: value as Payment }),
  },
};
const good = { provider: liasonpay(), secrets: 'test-secret-test-secret-test-secret' };

describe('the types of webhook', () => {
  it('infer delivery.event from a Standard Schema', () => {
    webhook({ ...good, schema: payment }, (delivery, request, response) => {
      expectTypeOf(delivery).toEqualTypeOf<Delivery<Payment>>();
      expectTypeOf(delivery.event).toEqualTypeOf<Payment>();
      expectTypeOf(request).toEqualTypeOf<Request>();
      expectTypeOf(response).toEqualTypeOf<Response>();
      // @ts-expect-error: the schema has no such field
      delivery.event.currency;
    });
  });

  it('infer delivery.event from Zod, transforms and defaults included', () => {
    const schema = z.object({
      event_type: z.literal('payment.paid'),
      amount: z.number().transform((amount) => String(amount)),
      currency: z.string().default('EUR'),
    });
    webhook({ ...good, schema }, (delivery) => {
      expectTypeOf(delivery.event).toEqualTypeOf<{ event_type: 'payment.paid'; amount: string; currency: string }>();
    });
    expectTypeOf<SchemaOutput<typeof schema>>().toEqualTypeOf<z.output<typeof schema>>();
    webhook({ ...good, schema: z.string() }, (delivery) => expectTypeOf(delivery.event).toEqualTypeOf<string>());
  });

  it('leave delivery.event unknown where there is no schema', () => {
    webhook(good, (delivery) => {
      expectTypeOf(delivery.event).toEqualTypeOf<unknown>();
      expectTypeOf(delivery.json<Payment>()).toEqualTypeOf<Payment>();
      expectTypeOf(delivery.body).toEqualTypeOf<Uint8Array>();
    });
  });

  it('know req.webhook, and what webhook returns', () => {
    expectTypeOf<Request['webhook']>().toEqualTypeOf<Delivery>();
    expectTypeOf(webhook(good)).toEqualTypeOf<RequestHandler & Mounted>();
    expectTypeOf(webhook(good, () => undefined)).toEqualTypeOf<RequestHandler & Mounted>();
    expectTypeOf(webhook(good, async () => {})).toEqualTypeOf<RequestHandler & Mounted>();
    expectTypeOf(webhook(good).close).returns.resolves.toEqualTypeOf<Drained>();
    expectTypeOf(keepRawBody).toBeCallableWith({} as Request, {} as Response, Buffer.alloc(0));
  });

  it('refuse misspelt, missing and wrong options', () => {
    // These are compiled and never run: at run time each of them throws.
    const never = () => {
      // @ts-expect-error: misspelt
      webhook({ ...good, toleranceSecond: 300 });
      // @ts-expect-error: misspelt, in the handler form
      webhook({ ...good, toleranceSecond: 300 }, () => undefined);
      // @ts-expect-error: misspelt, beside a schema
      webhook({ ...good, schema: payment, toleranceSecond: 300 }, () => undefined);
      // @ts-expect-error: no secrets
      webhook({ provider: liasonpay() });
      // @ts-expect-error: no provider
      webhook({ secrets: 'x' }, () => undefined);
      // @ts-expect-error: a provider that was not called
      webhook({ ...good, provider: liasonpay });
      // @ts-expect-error: seconds as text
      webhook({ ...good, toleranceSeconds: '300' });
      // @ts-expect-error: one range, not a list
      webhook({ ...good, allow: '192.0.2.0/24' });
      // @ts-expect-error: a schema that is none
      webhook({ ...good, schema: {} }, () => undefined);
      // @ts-expect-error: a handler that may be undefined
      webhook(good, undefined);
    };
    expectTypeOf(never).toBeFunction();
  });

  it('keep a delivery as it is', () => {
    const never = (delivery: Delivery<Payment>) => {
      // @ts-expect-error: read-only
      delivery.attempt = 2;
      // @ts-expect-error: read-only
      delivery.event.amount = 0;
    };
    expectTypeOf(never).toBeFunction();
  });
});
