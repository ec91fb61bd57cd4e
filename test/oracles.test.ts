// The vendors' own libraries as judges: what they sign we accept, what we sign they accept, and what one refuses the other refuses.
import { sign as signOctokit, verify as verifyOctokit } from '@octokit/webhooks-methods';
import { type Capture, createVerifier, type Provider, sign } from '@postern/core';
import { github, standardWebhooks, stripe } from '@postern/core/providers';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, it } from 'vitest';

const { webhooks } = new Stripe('sk_test_postern_oracle');

// Obviously test keys: two, for rotations.
const TEXT_KEYS = ['whsec_postern_test_key_of_the_oracles', 'whsec_postern_test_key_that_came_before'] as const;
const BYTE_KEYS = [
  standardKey('postern-test-key-of-the-oracles!'),
  standardKey('postern-test-key-that-was-before'),
] as const;

const BODIES: readonly (readonly [name: string, text: string])[] = [
  ['a small event', JSON.stringify({ id: 'evt_1', type: 'payment.succeeded', amount: 25 })],
  ['a number that a parser would rewrite', '{"id":"evt_2","amount":25.00,"big":12345678901234567890}'],
  ['Unicode in every width', '{"id":"evt_3","name":"é ü 漢字 🪺 \u2028 \\u00e9","zero":"\\u0000"}'],
  ['replacement patterns and templates', '{"id":"evt_4","note":"$\' $& $1 {body} {timestamp} %s"}'],
  ['white space around it', ' \r\n\t{"id":"evt_5"}\r\n'],
  ['64 KiB', JSON.stringify({ id: 'evt_6', filler: 'payload '.repeat(8180) })],
];
const EMPTY = 'an empty body';

function standardKey(text: string): string {
  return `whsec_${Buffer.from(text).toString('base64')}`;
}

function capture(body: string | Uint8Array, headers: Readonly<Record<string, string>>): Capture {
  return {
    method: 'POST',
    url: '/webhooks',
    headers: Object.entries(headers),
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  };
}

async function judge(provider: Provider, secrets: string | readonly string[], request: Capture): Promise<string> {
  const verdict = await createVerifier({ provider, secrets })(request);
  return verdict.outcome === 'rejected' ? verdict.reason : verdict.outcome;
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** True when `check` finds the signature right. A body that is then not JSON is another matter: an empty one, say. */
function passes(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch (error) {
    return error instanceof SyntaxError;
  }
}

describe('stripe', () => {
  const [key, previous] = TEXT_KEYS;
  const signedByStripe = (payload: string, secret: string = key, timestamp = nowSeconds()) => ({
    'stripe-signature': webhooks.generateTestHeaderString({ payload, secret, timestamp }),
  });
  const accepts = (payload: string | Buffer, headers: Readonly<Record<string, string>>, secret: string = key) =>
    passes(() => webhooks.constructEvent(payload, headers['stripe-signature'] ?? '', secret));

  it.each(BODIES)('is accepted here when it signs %s', async (_, body) => {
    expect(await judge(stripe(), key, capture(body, signedByStripe(body)))).toBe('accepted');
  });

  it.each(BODIES)('accepts what is signed here: %s', async (_, body) => {
    const headers = await sign(stripe(), { secret: key, body });
    expect(accepts(Buffer.from(body), headers)).toBe(true);
    expect(webhooks.signature?.verifyHeader(body, headers['stripe-signature'] ?? '', key)).toBe(true);
  });

  it(`is accepted here when it signs ${EMPTY}`, async () => {
    expect(await judge(stripe(), key, capture('', signedByStripe('')))).toBe('accepted');
  });

  it('agrees on a header that carries the signatures of two secrets, and on which secrets match it', async () => {
    const body = BODIES[0]?.[1] ?? '';
    const headers = await sign(stripe(), { secret: [key, previous], body });
    for (const secret of [key, previous]) {
      expect(accepts(body, headers, secret)).toBe(true);
      expect(await judge(stripe(), secret, capture(body, headers))).toBe('accepted');
    }
    const stranger = 'whsec_postern_test_key_of_nobody_here';
    expect(accepts(body, headers, stranger)).toBe(false);
    expect(await judge(stripe(), stranger, capture(body, headers))).toBe('bad-signature');
  });

  it('is accepted here under the current secret and the previous one while both are configured', async () => {
    const body = BODIES[0]?.[1] ?? '';
    for (const secret of [key, previous])
      expect(await judge(stripe(), TEXT_KEYS, capture(body, signedByStripe(body, secret)))).toBe('accepted');
  });

  it('refuses, as is refused here, a changed body, another key and a stale time', async () => {
    const body = BODIES[0]?.[1] ?? '';
    const changed = body.replace('25', '52');
    const headers = await sign(stripe(), { secret: key, body });
    expect(accepts(changed, headers)).toBe(false);
    expect(await judge(stripe(), key, capture(changed, headers))).toBe('bad-signature');
    expect(await judge(stripe(), key, capture(body, signedByStripe(body, previous)))).toBe('bad-signature');
    const stale = await sign(stripe(), { secret: key, body, timestamp: nowSeconds() - 400 });
    expect(accepts(body, stale)).toBe(false);
    expect(await judge(stripe(), key, capture(body, signedByStripe(body, key, nowSeconds() - 400)))).toBe('stale');
  });
});

describe.each([
  ['standardwebhooks', StandardWebhook],
  ['svix', SvixWebhook],
])('%s', (_library, Webhook) => {
  const [key, previous] = BYTE_KEYS;
  const id = 'msg_postern_oracle_1';
  const signedByThem = (body: string, secret: string = key, at = new Date()) => ({
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  });
  const accepts = (body: string | Buffer, headers: Record<string, string>, secret: string = key) =>
    passes(() => new Webhook(secret).verify(body, headers));

  it.each(BODIES)('is accepted here when it signs %s', async (_, body) => {
    expect(await judge(standardWebhooks(), key, capture(body, signedByThem(body)))).toBe('accepted');
  });

  it.each([...BODIES, [EMPTY, ''] as const])('accepts what is signed here: %s', async (_, body) => {
    const headers = await sign(standardWebhooks(), { secret: key, body });
    expect(accepts(body, headers)).toBe(true);
    expect(accepts(Buffer.from(body), headers)).toBe(true);
  });

  it(`is accepted here when it signs ${EMPTY}`, async () => {
    expect(await judge(standardWebhooks(), key, capture('', signedByThem('')))).toBe('accepted');
  });

  it('agrees on a header that carries the signatures of two secrets', async () => {
    const body = BODIES[0]?.[1] ?? '';
    const headers = await sign(standardWebhooks(), { secret: BYTE_KEYS, body, id });
    for (const secret of BYTE_KEYS) {
      expect(accepts(body, headers, secret)).toBe(true);
      expect(await judge(standardWebhooks(), secret, capture(body, headers))).toBe('accepted');
    }
    const theirs = signedByThem(body);
    const both = {
      ...theirs,
      'webhook-signature': `v1a,AAAA ${new Webhook(previous).sign(id, new Date(), body)} ${theirs['webhook-signature']}`,
    };
    expect(accepts(body, both)).toBe(true);
    expect(await judge(standardWebhooks(), key, capture(body, both))).toBe('accepted');
  });

  it('refuses, as is refused here, another id, another body, another key, a stale time and a future one', async () => {
    const body = BODIES[0]?.[1] ?? '';
    const ours = await sign(standardWebhooks(), { secret: key, body, id });
    const theirs = signedByThem(body);
    for (const headers of [ours, theirs]) {
      const renamed = { ...headers, 'webhook-id': `${id}2` };
      expect(accepts(body, renamed)).toBe(false);
      expect(await judge(standardWebhooks(), key, capture(body, renamed))).toBe('bad-signature');
      expect(accepts(`${body} `, headers)).toBe(false);
      expect(await judge(standardWebhooks(), key, capture(`${body} `, headers))).toBe('bad-signature');
      expect(accepts(body, headers, previous)).toBe(false);
      expect(await judge(standardWebhooks(), previous, capture(body, headers))).toBe('bad-signature');
    }
    for (const [seconds, reason] of [
      [-400, 'stale'],
      [400, 'future'],
    ] as const) {
      const timestamp = nowSeconds() + seconds;
      expect(accepts(body, await sign(standardWebhooks(), { secret: key, body, id, timestamp }))).toBe(false);
      const headers = signedByThem(body, key, new Date(timestamp * 1000));
      expect(await judge(standardWebhooks(), key, capture(body, headers))).toBe(reason);
    }
  });
});

describe('svix, under its own header names', () => {
  it('accepts what is signed here when the headers are called svix-*', async () => {
    const [key] = BYTE_KEYS;
    const body = BODIES[2]?.[1] ?? '';
    const headers = await sign(standardWebhooks(), { secret: key, body });
    const renamed = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.replace('webhook-', 'svix-'), value]),
    );
    expect(Object.keys(renamed).sort()).toEqual(['svix-id', 'svix-signature', 'svix-timestamp']);
    expect(passes(() => new SvixWebhook(key).verify(body, renamed))).toBe(true);
  });
});

describe('@octokit/webhooks-methods', () => {
  const [key, previous] = TEXT_KEYS;
  const signedByOctokit = async (body: string, secret: string = key) => ({
    'x-hub-signature-256': await signOctokit(secret, body),
  });

  it.each(BODIES)('is accepted here when it signs %s', async (_, body) => {
    expect(await judge(github(), key, capture(body, await signedByOctokit(body)))).toBe('accepted');
  });

  it.each(BODIES)('accepts what is signed here: %s', async (_, body) => {
    const headers = await sign(github(), { secret: key, body });
    expect(await verifyOctokit(key, body, headers['x-hub-signature-256'] ?? '')).toBe(true);
    // An HMAC has one right value: the two must not only accept each other but write the same text.
    expect(headers).toEqual(await signedByOctokit(body));
  });

  it('is accepted here under the current secret and the previous one while both are configured', async () => {
    const body = BODIES[0]?.[1] ?? '';
    for (const secret of TEXT_KEYS)
      expect(await judge(github(), TEXT_KEYS, capture(body, await signedByOctokit(body, secret)))).toBe('accepted');
  });

  it('refuses, as is refused here, a changed body and another key', async () => {
    const body = BODIES[0]?.[1] ?? '';
    const headers = await sign(github(), { secret: key, body });
    const signature = headers['x-hub-signature-256'] ?? '';
    expect(await verifyOctokit(key, `${body} `, signature)).toBe(false);
    expect(await judge(github(), key, capture(`${body} `, headers))).toBe('bad-signature');
    expect(await verifyOctokit(previous, body, signature)).toBe(false);
    expect(await judge(github(), previous, capture(body, headers))).toBe('bad-signature');
  });
});
