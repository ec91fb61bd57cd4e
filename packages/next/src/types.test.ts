// Compiled by `tsc`, which fails where an expected error is missing. What Next itself checks of a route file is in `test/next`.
import { fromEnv } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { type NextRequest, NextResponse } from 'next/server.js';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type RouteContext, webhook } from './index.ts';
import { webhook as pagesWebhook } from './pages.ts';

const options = { provider: liasonpay(), secrets: fromEnv('LIASONPAY_WEBHOOK_SECRET') };
const schema = {
  '~standard': {
    version: 1 as const,
    vendor: 'test',
    validate: (value: unknown) => ({ value: value as { amount: number } }),
  },
};

describe('the App Router’s webhook', () => {
  it('is a route handler of Next, whose context has any dynamic segments', () => {
    const POST = webhook(options, async (_delivery, request, context) => {
      expectTypeOf(request).toEqualTypeOf<NextRequest>();
      expectTypeOf(context).toEqualTypeOf<RouteContext>();
      return NextResponse.json({});
    });
    expectTypeOf<(request: NextRequest, context: { params: Promise<{ id: string }> }) => Promise<Response>>(POST);
    expectTypeOf<(request: NextRequest, context: { params: Promise<{ path?: string[] }> }) => Promise<Response>>(POST);
  });

  it('takes the context of a route as the handler writes it down', () => {
    const POST = webhook(options, async (_delivery, _request, context: { params: Promise<{ tenant: string }> }) => {
      expectTypeOf((await context.params).tenant).toEqualTypeOf<string>();
    });
    expectTypeOf(POST).parameter(1).toEqualTypeOf<{ params: Promise<{ tenant: string }> }>();
  });

  it('types the event by its schema', () => {
    webhook({ ...options, schema }, ({ event }) => void expectTypeOf(event.amount).toEqualTypeOf<number>());
  });

  it('takes allow with clientAddress only', () => {
    webhook(
      { ...options, allow: ['192.0.2.1'], clientAddress: (request) => request.headers.get('x-real-ip') ?? undefined },
      () => {},
    );
    // @ts-expect-error A route handler sees no socket.
    expect(() => webhook({ ...options, allow: ['192.0.2.1'] }, () => {})).toThrow('clientAddress');
    // @ts-expect-error Nor with a schema.
    expect(() => webhook({ ...options, schema, allow: ['192.0.2.1'] }, () => {})).toThrow('clientAddress');
  });

  it('refuses at once what could not work, by name', () => {
    expect(() => webhook({ ...options, toleranceSeconds: 0 }, () => {})).toThrow('toleranceSeconds');
    // @ts-expect-error A handler is what the guard is for.
    expect(() => webhook(options)).toThrow('handler');
    // @ts-expect-error What a handler returns and is no Response would be lost.
    webhook(options, () => ({ ok: true }));
  });
});

describe('the Pages Router’s webhook', () => {
  it('types the event by its schema, and the response as Next’s', () => {
    pagesWebhook({ ...options, schema }, ({ event }, _req, res) => {
      expectTypeOf(event.amount).toEqualTypeOf<number>();
      res.status(202).json({ amount: event.amount });
    });
  });

  it('refuses at once what could not work, by name', () => {
    expect(() => pagesWebhook({ ...options, toleranceSeconds: 0 }, () => {})).toThrow('toleranceSeconds');
    // @ts-expect-error A handler is what the guard is for.
    expect(() => pagesWebhook(options)).toThrow('give a function: (delivery, req, res)');
  });

  it('does not ask for the secret before the first delivery', () => {
    expect(() => pagesWebhook({ ...options, secrets: fromEnv('POSTERN_TEST_UNSET_SECRET') }, () => {})).not.toThrow();
    expect(() => webhook({ ...options, secrets: fromEnv('POSTERN_TEST_UNSET_SECRET') }, () => {})).not.toThrow();
  });
});
