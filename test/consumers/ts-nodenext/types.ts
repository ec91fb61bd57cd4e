// Compiled and never run: what the types of the packed packages promise to an editor.
import {
  type ClaimStore,
  type Delivery,
  memoryStore,
  type Reason,
  type StandardSchema,
  type Verdict,
  verify,
} from '@postern/core';
import { keepRawBody as keepRawBodyOfNode } from '@postern/core/node';
import { stripe } from '@postern/core/providers';
import { slack } from '@postern/core/providers/slack';
import { keepRawBody, webhook } from '@postern/express';
import express from 'express';

declare const payment: StandardSchema<{ readonly amount: number }>;
const app = express();
const secrets = 'test-only-secret-of-the-type-checks';
const store: ClaimStore = memoryStore();

app.post(
  '/handler-form',
  webhook({ provider: stripe(), secrets, store, schema: payment }, async (delivery, req, res) => {
    const amount: number = delivery.event.amount;
    const id: string | undefined = delivery.id;
    // @ts-expect-error: the schema's output has no such field
    delivery.event.currency;
    res.status(200).json({ amount, id, method: req.method });
  }),
);

app.post('/middleware-form', webhook({ provider: slack(), secrets }), (req, res) => {
  const delivery: Delivery = req.webhook;
  const form: URLSearchParams = delivery.form();
  res.send(form.get('command'));
});

app.use(express.json({ verify: keepRawBody }), express.json({ verify: keepRawBodyOfNode }));

// @ts-expect-error: a misspelt option
webhook({ provider: stripe(), secrets, toleranceSecond: 60 }, () => undefined);

// @ts-expect-error: a provider is called
webhook({ provider: stripe, secrets }, () => undefined);

export async function judge(body: Uint8Array): Promise<Reason | 'accepted' | 'answered'> {
  const capture = { method: 'POST', url: '/', headers: [], body };
  const verdict: Verdict = await verify(capture, { provider: stripe(), secrets });
  return verdict.outcome === 'rejected' ? verdict.reason : verdict.outcome;
}
