import { createHmac, timingSafeEqual } from 'node:crypto';
import { verify as verifyOctokit } from '@octokit/webhooks-methods';
import { type Capture, createVerifier, type HeaderLines, type Provider, sign } from '@postern/core';
import { github } from '@postern/core/providers/github';
import { standardWebhooks } from '@postern/core/providers/standard-webhooks';
import { stripe } from '@postern/core/providers/stripe';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { Webhook as SvixWebhook } from 'svix';

/** One way of verifying. It answers true for the genuine body and false (or throws) for another. */
export interface Contestant {
  readonly name: string;
  /** What it does beside checking the signature. */
  readonly work: string;
  readonly verify: (body: Buffer) => boolean | Promise<boolean>;
}

// Obviously test keys.
const SECRET = 'postern-bench-key-postern-bench-key';
const STRIPE_SECRET = 'whsec_postern_bench_key_postern_bench_key';
const STANDARD_SECRET = `whsec_${Buffer.from('postern-bench-key-of-32-bytes!!!').toString('base64')}`;

/** What a server's request carries beside the headers that matter here. */
const OTHER_HEADERS: HeaderLines = [
  ['Host', 'shop.example'],
  ['User-Agent', 'sender/1.0'],
  ['Accept', '*/*'],
  ['Accept-Encoding', 'gzip'],
  ['Content-Type', 'application/json; charset=utf-8'],
  ['Cache-Control', 'no-cache'],
  ['X-Forwarded-For', '203.0.113.7'],
  ['X-Forwarded-Proto', 'https'],
  ['Connection', 'close'],
];

/** A JSON event of exactly `bytes` bytes. */
export function makeBody(bytes: number): Buffer {
  const start =
    '{"id":"evt_bench_0001","object":"event","type":"payment.succeeded","created":1767225600,"data":{"object":{"amount":25.00,"currency":"eur","items":[';
  const end = '{}]}}}';
  const item = '{"sku":"A-1042","quantity":3,"price":12.50,"note":"white coffee, \\"to go\\""},';
  const room = bytes - Buffer.byteLength(start + end);
  const items = item.repeat(Math.max(0, Math.floor(room / Buffer.byteLength(item))));
  const padding = ' '.repeat(room - Buffer.byteLength(items));
  return Buffer.from(start + items + padding + end);
}

/** The floor, twice (the control), and everybody else, for one body. */
export async function contestants(body: Buffer): Promise<readonly Contestant[]> {
  const timestamp = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', SECRET).update(body).digest();
  const floor = (genuine: Buffer) => timingSafeEqual(createHmac('sha256', SECRET).update(genuine).digest(), signature);

  const githubHeaders = await sign(github(), { secret: SECRET, body });
  const stripeHeaders = await sign(stripe(), { secret: STRIPE_SECRET, body, timestamp });
  const standardHeaders = await sign(standardWebhooks(), { secret: STANDARD_SECRET, body, timestamp });
  const githubSignature = githubHeaders['x-hub-signature-256'] ?? '';
  const stripeSignature = stripeHeaders['stripe-signature'] ?? '';
  const allHeaders = { ...Object.fromEntries(OTHER_HEADERS), ...standardHeaders };
  const { webhooks } = new Stripe('sk_test_postern_bench');
  const standard = new StandardWebhook(STANDARD_SECRET);
  const svix = new SvixWebhook(STANDARD_SECRET);

  return [
    { name: 'floor', work: 'HMAC, compare', verify: floor },
    { name: 'floor again', work: 'HMAC, compare', verify: floor },
    ours('postern github', github(), SECRET, githubHeaders, false),
    {
      name: 'octokit verify',
      work: 'header',
      verify: (genuine) => verifyOctokit(SECRET, genuine.toString(), githubSignature),
    },
    ours('postern stripe', stripe(), STRIPE_SECRET, stripeHeaders, false),
    {
      name: 'stripe verifyHeader',
      work: 'header, time',
      verify: (genuine) => webhooks.signature?.verifyHeader(genuine, stripeSignature, STRIPE_SECRET) === true,
    },
    ours('postern stripe, json()', stripe(), STRIPE_SECRET, stripeHeaders, true),
    {
      name: 'stripe constructEvent',
      work: 'header, time, JSON',
      verify: (genuine) => webhooks.constructEvent(genuine, stripeSignature, STRIPE_SECRET).id === 'evt_bench_0001',
    },
    ours('postern standard', standardWebhooks(), STANDARD_SECRET, standardHeaders, false),
    ours('postern standard, json()', standardWebhooks(), STANDARD_SECRET, standardHeaders, true),
    {
      name: 'standardwebhooks verify',
      work: 'headers, time, JSON',
      verify: (genuine) => idOf(standard.verify(genuine, allHeaders)) === 'evt_bench_0001',
    },
    {
      name: 'svix verify',
      work: 'headers, time, JSON',
      verify: (genuine) => idOf(svix.verify(genuine, allHeaders)) === 'evt_bench_0001',
    },
  ];
}

function ours(
  name: string,
  provider: Provider,
  secret: string,
  signed: Record<string, string>,
  parse: boolean,
): Contestant {
  const verifier = createVerifier({ provider, secrets: secret });
  const headers: HeaderLines = [...OTHER_HEADERS, ...Object.entries(signed)];
  const time = provider.scheme.signs.timestamp ? ', time' : '';
  return {
    name,
    work: `head${time}, delivery${parse ? ', JSON' : ''}`,
    async verify(body) {
      const capture: Capture = { method: 'POST', url: '/webhooks', headers, body };
      const verdict = await verifier(capture);
      if (verdict.outcome !== 'accepted') return false;
      return !parse || idOf(verdict.delivery.json()) === 'evt_bench_0001';
    },
  };
}

function idOf(event: unknown): unknown {
  return (event as { readonly id?: unknown }).id;
}
