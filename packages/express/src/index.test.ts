import { memoryStore, type SettledRecord, sign, type VerdictRecord } from '@postern/core';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { slack } from '@postern/core/providers/slack';
import { stripe } from '@postern/core/providers/stripe';
import express5 from 'express';
import express4 from 'express4';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { keepRawBody, type WebhookOptions, webhook } from './index.ts';

type ExpressModule = typeof express5;
const EXPRESSES: readonly (readonly [string, ExpressModule])[] = [
  ['Express 4', express4 as unknown as ExpressModule],
  ['Express 5', express5],
];
const SECRET = 'test-secret-test-secret-test-secret';
const NOW_SECONDS = 1_767_225_600;
const now = () => NOW_SECONDS * 1000;
const BODY = '{"event_type":"payment.paid","amount":25.00}';

const options = (more: Partial<WebhookOptions> = {}): WebhookOptions => ({
  provider: liasonpay(),
  secrets: SECRET,
  now,
  onVerdict: () => undefined,
  ...more,
});
const signed = (body = BODY, timestamp = NOW_SECONDS) => sign(liasonpay(), { secret: SECRET, body, timestamp });

/** The next warning of a code. */
function warningOf(code: string): Promise<Error> {
  return new Promise((resolve) => {
    const listen = (warning: Error & { code?: string }) => {
      if (warning.code !== code) return;
      process.off('warning', listen);
      resolve(warning);
    };
    process.on('warning', listen);
  });
}

describe.each(EXPRESSES)('webhook on %s', (_name, express) => {
  it('runs the handler for a genuine delivery, and sends the provider’s acknowledgement', async () => {
    const seen: unknown[] = [];
    const app = express();
    app.post(
      '/hook',
      webhook(options(), async (delivery, request, response) => {
        seen.push(delivery.json(), request.path, response.headersSent);
      }),
    );
    const answer = await request(app)
      .post('/hook')
      .set(await signed())
      .type('json')
      .send(BODY);
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('');
    expect(seen).toEqual([{ event_type: 'payment.paid', amount: 25 }, '/hook', false]);
  });

  it('puts the delivery on req.webhook and goes on to the route', async () => {
    const app = express();
    app.post('/hook', webhook(options({ provider: slack() })), (request, response) => {
      response.json({ command: request.webhook.form().get('command') });
    });
    const body = 'command=%2Fpay&text=now';
    const headers = await sign(slack(), { secret: SECRET, body, timestamp: NOW_SECONDS });
    const answer = await request(app).post('/hook').set(headers).type('form').send(body);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ command: '/pay' });
  });

  it('reaches neither the handler nor the route with a delivery that is not genuine', async () => {
    let reached = 0;
    const app = express();
    const count = () => {
      reached++;
    };
    app.post('/handler', webhook(options(), count));
    app.post('/middleware', webhook(options()), count);
    for (const path of ['/handler', '/middleware']) {
      const forged = await request(app)
        .post(path)
        .set(await signed())
        .send(`${BODY} `);
      expect(forged.status).toBe(401);
      expect(forged.type).toBe('application/problem+json');
      expect((await request(app).post(path).send(BODY)).status).toBe(401);
    }
    expect(reached).toBe(0);
  });

  it('makes the event of the schema, and refuses what does not fit it with a status that asks for another try', async () => {
    const seen: unknown[] = [];
    const verdicts: VerdictRecord[] = [];
    const app = express();
    const schema = z.object({ event_type: z.string(), amount: z.number().transform((amount) => `${amount} EUR`) });
    const warned = warningOf('POSTERN_MISCONFIGURED');
    app.post(
      '/hook',
      webhook({ ...options({ onVerdict: (record) => verdicts.push(record) }), schema }, (delivery) => {
        seen.push(delivery.event.amount);
      }),
    );
    expect(
      (
        await request(app)
          .post('/hook')
          .set(await signed())
          .type('json')
          .send(BODY)
      ).status,
    ).toBe(200);
    expect(seen).toEqual(['25 EUR']);
    const other = '{"event_type":"payment.paid"}';
    expect(
      (
        await request(app)
          .post('/hook')
          .set(await signed(other))
          .type('json')
          .send(other)
      ).status,
    ).toBe(503);
    expect(verdicts.map(({ reason }) => reason)).toEqual([undefined, 'invalid-payload']);
    expect((await warned).message).toMatch(/invalid-payload.*does not fit the schema at amount/);
    expect(seen).toHaveLength(1);
  });

  it('tells how each run ended', async () => {
    const settled: SettledRecord[] = [];
    const app = express();
    const problem = new Error('not today');
    app.post(
      '/hook',
      webhook(options({ onSettled: (record) => settled.push(record), store: memoryStore({ now }) }), (delivery) => {
        if (delivery.attempt === 1) throw problem;
      }),
    );
    const headers = await signed();
    expect((await request(app).post('/hook').set(headers).type('json').send(BODY)).status).toBe(503);
    expect((await request(app).post('/hook').set(headers).type('json').send(BODY)).status).toBe(200);
    expect(settled).toMatchObject([
      { outcome: 'released', reason: 'handler-failed', error: problem, attempt: 1 },
      { outcome: 'committed', attempt: 2 },
    ]);
  });

  it('guards beside a JSON parser of the whole app that keeps the bytes', async () => {
    const app = express();
    app.use(express.json({ verify: keepRawBody }));
    app.post(
      '/hook',
      webhook(options(), () => undefined),
    );
    app.post('/other', (request, response) => void response.json(request.body));
    expect(
      (
        await request(app)
          .post('/hook')
          .set(await signed())
          .type('json')
          .send(BODY)
      ).status,
    ).toBe(200);
    expect((await request(app).post('/other').type('json').send(BODY)).body.amount).toBe(25);
  });

  it('serves several providers in one app', async () => {
    const seen: string[] = [];
    const app = express();
    for (const provider of [liasonpay(), stripe()])
      app.post(
        `/${provider.name}`,
        webhook(options({ provider }), (delivery) => {
          seen.push(delivery.provider);
        }),
      );
    for (const provider of [liasonpay(), stripe()]) {
      const headers = await sign(provider, { secret: SECRET, body: BODY, timestamp: NOW_SECONDS });
      expect((await request(app).post(`/${provider.name}`).set(headers).type('json').send(BODY)).status).toBe(200);
    }
    expect(seen).toEqual(['liasonpay', 'stripe']);
  });
});
