// Checked by `pnpm types`: a type that is wrong here fails the compilation, and an error that is expected and does not come fails it too.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type FetchHandler, fromLambdaEvent, type LambdaResult, toLambdaResult, webhook } from './fetch.ts';
import type { Delivery, Mounted, StandardSchema } from './index.ts';
import { liasonpay } from './providers/liasonpay.ts';

interface Payment {
  readonly amount: number;
}

const schema: StandardSchema<Payment> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as Payment }) },
};
const good = { provider: liasonpay(), secrets: 'test-secret-test-secret-test-secret' };

describe('the types of webhook', () => {
  it('infer delivery.event from a schema', () => {
    webhook({ ...good, schema }, (delivery, request) => {
      expectTypeOf(delivery).toEqualTypeOf<Delivery<Payment>>();
      expectTypeOf(request).toEqualTypeOf<Request>();
    });
    webhook(good, (delivery) => expectTypeOf(delivery.event).toEqualTypeOf<unknown>() as never);
  });

  it('take what the host gives beside the request, and ask for it', () => {
    interface Env {
      readonly NAME: string;
    }
    const handle = webhook(good, async (_delivery, _request, env: Env, signal: AbortSignal) => {
      expectTypeOf(env.NAME).toEqualTypeOf<string>();
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
    });
    expectTypeOf(handle).toEqualTypeOf<FetchHandler<[env: Env, signal: AbortSignal]> & Mounted>();
    expectTypeOf(handle).parameters.toEqualTypeOf<[request: Request, env: Env, signal: AbortSignal]>();
    expectTypeOf(handle).returns.toEqualTypeOf<Promise<Response>>();
    // @ts-expect-error: the context is missing
    const call = (request: Request) => handle(request);
    expect(call).toBeTypeOf('function');
  });

  it('fit what servers take', () => {
    const handle = webhook(good, () => undefined);
    expectTypeOf(handle).toExtend<(request: Request) => Promise<Response>>();
    expectTypeOf(handle).toExtend<(request: Request, server: object) => Promise<Response>>();
  });

  it('take handlers that answer, that do not, and no others', () => {
    webhook(good, () => undefined);
    webhook(good, async () => {});
    webhook(good, () => new Response());
    webhook(good, async ({ attempt }) => (attempt > 1 ? new Response() : undefined));
    // @ts-expect-error: not a Response
    webhook(good, () => 200);
    // @ts-expect-error: not a Response
    webhook(good, async () => ({ statusCode: 200 }));
  });

  it('ask for clientAddress beside allow, since there is no socket', () => {
    const { allow, clientAddress } = { allow: ['192.0.2.1'], clientAddress: () => '192.0.2.1' };
    webhook({ ...good, allow, clientAddress }, () => undefined);
    webhook({ ...good, clientAddress }, () => undefined);
    webhook({ ...good, allow, clientAddress: (_request, ip: string) => ip }, (_delivery, _request, _ip: string) => {});
    // @ts-expect-error: clientAddress is missing
    expect(() => webhook({ ...good, allow }, () => undefined)).toThrow('clientAddress');
    // @ts-expect-error: an address is text, at once
    webhook({ ...good, allow, clientAddress: async () => '192.0.2.1' }, () => undefined);
    // @ts-expect-error: no such option
    expect(() => webhook({ ...good, tolerance: 300 }, () => undefined)).toThrow('tolerance');
  });
});

describe('the types for Lambda', () => {
  it('go through', async () => {
    expectTypeOf(fromLambdaEvent({ version: '2.0', rawPath: '/', body: '' })).toEqualTypeOf<Request>();
    expectTypeOf(await toLambdaResult(new Response())).toEqualTypeOf<LambdaResult>();
  });
});
