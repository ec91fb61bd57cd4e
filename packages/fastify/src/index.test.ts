import { type SettledRecord, sign, type VerdictRecord } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { stripe } from '@postern/core/providers/stripe';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebhookOptions, webhook, webhookScope } from './index.ts';

const SECRET = 'test-secret-test-secret-test-secret';
const NOW_SECONDS = 1_767_225_600;
const BODY = '{"event_type":"payment.paid","amount":25.00}';
const options = (more: Partial<WebhookOptions> = {}): WebhookOptions => ({
  provider: liasonpay(),
  secrets: SECRET,
  now: () => NOW_SECONDS * 1000,
  onVerdict: () => undefined,
  ...more,
});

let app: FastifyInstance;
afterEach(() => app?.close());

async function post(url: string, body = BODY, signedBody = body, provider = liasonpay()) {
  const headers = await sign(provider, { secret: SECRET, body: signedBody, timestamp: NOW_SECONDS });
  return app.inject({
    method: 'POST',
    url,
    headers: { ...headers, 'content-type': 'application/json' },
    payload: body,
  });
}

describe('webhook', () => {
  it('runs the handler for a genuine delivery, and sends the provider’s acknowledgement', async () => {
    const seen: unknown[] = [];
    app = fastify();
    app.register(
      webhook(options(), async (delivery, request, reply) => {
        seen.push(delivery.json(), request.url, reply.sent);
      }),
      { prefix: '/hook' },
    );
    expect(await post('/hook')).toMatchObject({ statusCode: 200, body: '' });
    expect(seen).toEqual([{ event_type: 'payment.paid', amount: 25 }, '/hook', false]);
  });

  it('refuses a delivery whose body changed by one byte', async () => {
    let runs = 0;
    const verdicts: VerdictRecord[] = [];
    app = fastify();
    app.register(webhook(options({ onVerdict: (record) => verdicts.push(record) }), () => void runs++));
    const answer = await post('/', BODY.replace('25', '95'), BODY);
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(verdicts).toMatchObject([{ outcome: 'rejected', reason: 'bad-signature', method: 'POST' }]);
    expect(runs).toBe(0);
  });

  it('gives back what the handler fails at, and runs the retry', async () => {
    const settled: SettledRecord[] = [];
    app = fastify();
    app.register(
      webhook(options({ onSettled: (record) => settled.push(record) }), (delivery) => {
        if (delivery.attempt === 1) throw new Error('not today');
      }),
    );
    expect((await post('/')).statusCode).toBe(503);
    expect((await post('/')).statusCode).toBe(200);
    expect(settled).toMatchObject([
      { outcome: 'released', reason: 'handler-failed', error: { message: 'not today' } },
      { outcome: 'committed', attempt: 2 },
    ]);
  });

  it('may be registered twice, under two prefixes', async () => {
    const seen: string[] = [];
    app = fastify();
    for (const provider of [liasonpay(), stripe()])
      app.register(
        webhook(options({ provider }), (delivery) => void seen.push(delivery.provider)),
        { prefix: `/${provider.name}` },
      );
    for (const provider of [liasonpay(), stripe()])
      expect((await post(`/${provider.name}`, BODY, BODY, provider)).statusCode).toBe(200);
    expect(seen).toEqual(['liasonpay', 'stripe']);
  });

  it('refuses options that could not work, and a handler that is none', () => {
    const guard = webhook as (...values: unknown[]) => unknown;
    expect(() => guard({ ...options(), prefix: '/hook' }, () => undefined)).toThrow(/prefix/);
    expect(() => guard(options({ secrets: ' ' }), () => undefined)).toThrow(/secrets/);
    expect(() => guard(options())).toThrow(/handler.*\(delivery, request, reply\)/);
    expect(() => (webhookScope as typeof guard)(options())).toThrow(/routes.*async \(scope\)/);
  });
});

describe('webhookScope', () => {
  it('guards routes, which find the delivery in request.webhook and its bytes in request.body', async () => {
    app = fastify();
    app.register(
      webhookScope(options(), async (scope) => {
        scope.post('/orders', async (request) => [request.webhook.json(), String(request.body)]);
      }),
      { prefix: '/in' },
    );
    expect((await post('/in/orders')).json()).toEqual([JSON.parse(BODY), BODY]);
    expect((await post('/in/orders', `${BODY} `, BODY)).statusCode).toBe(401);
  });
});
