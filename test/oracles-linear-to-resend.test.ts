// More of the vendors' own libraries as judges, from Linear to Resend: what is signed here they accept, what they or their standardwebhooks
// sign is accepted here, and what one refuses the other refuses.
import { LinearWebhookClient } from '@linear/sdk/webhooks';
import { signWebhookPayload, verifyWebhookSignature } from '@notionhq/client';
import { type Capture, createVerifier, type Provider, signRequest } from '@postern/core';
import { linear, lithic, mercadoPago, notion, replicate, resend } from '@postern/core/providers';
import { createHmac } from 'node:crypto';
import Lithic from 'lithic';
import { WebhookSignatureValidator } from 'mercadopago';
import { validateWebhook } from 'replicate';
import { Resend } from 'resend';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';

type Headers = Readonly<Record<string, string>>;

interface Oracle {
  readonly provider: Provider;
  /** Obviously test keys: the right one and another. */
  readonly keys: readonly [string, string];
  readonly body: string;
  readonly url: string;
  /** Headers that the sender adds and that are signed. */
  readonly sent: Headers;
  /** True where the vendor's library finds the delivery genuine. */
  accepts(body: string, headers: Headers, key: string): boolean | Promise<boolean>;
  /** What the vendor's library, or the one it verifies with, signs. */
  sign(body: string, key: string): Headers | Promise<Headers>;
}

const TEXT_KEYS = ['test-key-of-the-oracles-0000', 'test-key-that-came-before-00'] as const;
const BYTE_KEYS = [
  `whsec_${Buffer.from('test-key-of-the-oracles-0000').toString('base64')}`,
  `whsec_${Buffer.from('test-key-that-came-before-00').toString('base64')}`,
] as const;
const SENT = { url: '/webhooks', sent: {} } as const;

const standard =
  (prefix: string) =>
  (body: string, key: string): Headers => {
    const now = new Date();
    return {
      [`${prefix}-id`]: 'msg_oracle',
      [`${prefix}-timestamp`]: String(Math.floor(now.getTime() / 1000)),
      [`${prefix}-signature`]: new Webhook(key).sign('msg_oracle', now, body),
    };
  };

const ORACLES: Readonly<Record<string, Oracle>> = {
  linear: {
    ...SENT,
    provider: linear(),
    keys: TEXT_KEYS,
    body: JSON.stringify({ type: 'Issue', data: { title: 'é 漢 🪺' }, webhookTimestamp: Date.now() }),
    accepts(body, headers, key) {
      const { webhookTimestamp } = JSON.parse(body) as { webhookTimestamp: number };
      return isQuiet(() =>
        new LinearWebhookClient(key).verify(Buffer.from(body), headers['linear-signature'] ?? '', webhookTimestamp),
      );
    },
    // Linear's library cannot sign.
    sign: (body, key) => ({ 'linear-signature': createHmac('sha256', key).update(body).digest('hex') }),
  },
  lithic: {
    ...SENT,
    provider: lithic(),
    keys: BYTE_KEYS,
    body: JSON.stringify({ event_type: 'card.created', note: 'é 漢 🪺' }),
    accepts: (body, headers, key) =>
      isQuiet(() => new Lithic({ apiKey: 'test' }).webhooks.verifySignature(body, { ...headers }, key)),
    sign: standard('webhook'),
  },
  'mercado-pago': {
    provider: mercadoPago(),
    keys: TEXT_KEYS,
    body: JSON.stringify({ type: 'payment', data: { id: '123' } }),
    url: '/webhooks?data.id=123&type=payment',
    sent: { 'x-request-id': 'r-1' },
    accepts: (_, headers, secret) =>
      isQuiet(() =>
        WebhookSignatureValidator.validate({
          xSignature: headers['x-signature'],
          xRequestId: headers['x-request-id'],
          dataId: '123',
          secret,
        }),
      ),
    // Mercado Pago's library cannot sign.
    sign: (_, key) => {
      const ts = Date.now();
      const v1 = createHmac('sha256', key).update(`id:123;request-id:r-1;ts:${ts};`).digest('hex');
      return { 'x-request-id': 'r-1', 'x-signature': `ts=${ts},v1=${v1}` };
    },
  },
  notion: {
    ...SENT,
    provider: notion(),
    keys: TEXT_KEYS,
    body: JSON.stringify({ id: 'e-1', type: 'page.created', note: 'é 漢 🪺' }),
    accepts: (body, headers, verificationToken) =>
      verifyWebhookSignature({ body, signature: headers['x-notion-signature'], verificationToken }),
    sign: async (body, verificationToken) => ({
      'x-notion-signature': await signWebhookPayload({ body, verificationToken }),
    }),
  },
  replicate: {
    ...SENT,
    provider: replicate(),
    keys: BYTE_KEYS,
    body: JSON.stringify({ id: 'p-1', status: 'succeeded', output: ['é 漢 🪺'] }),
    accepts: (body, headers, secret) =>
      validateWebhook(new Request('https://example.com/', { method: 'POST', body, headers }), secret),
    sign: standard('webhook'),
  },
  resend: {
    ...SENT,
    provider: resend(),
    keys: BYTE_KEYS,
    body: JSON.stringify({ type: 'email.delivered', note: 'é 漢 🪺' }),
    accepts: (payload, headers, webhookSecret) =>
      isQuiet(() =>
        new Resend('re_test').webhooks.verify({
          payload,
          headers: {
            id: headers['svix-id'] ?? '',
            timestamp: headers['svix-timestamp'] ?? '',
            signature: headers['svix-signature'] ?? '',
          },
          webhookSecret,
        }),
      ),
    sign: standard('svix'),
  },
};

function isQuiet(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

async function judge({ provider, url }: Oracle, body: string, headers: Headers, key: string): Promise<string> {
  const request: Capture = {
    method: 'POST',
    url,
    headers: Object.entries(headers),
    body: new TextEncoder().encode(body),
  };
  const verdict = await createVerifier({ provider, secrets: key })(request);
  return verdict.outcome === 'rejected' ? verdict.reason : verdict.outcome;
}

describe.each(Object.entries(ORACLES))('%s', (_, oracle) => {
  const { keys, body, url, sent, provider } = oracle;
  const [key, another] = keys;

  it('accepts what is signed here', async () => {
    const signed = await signRequest(provider, { secret: key, body, url, headers: Object.entries(sent) });
    const text = Buffer.from(signed.body).toString();
    expect(await oracle.accepts(text, Object.fromEntries(signed.headers), key)).toBe(true);
  });

  it('is accepted here when it signs', async () => {
    expect(await judge(oracle, body, await oracle.sign(body, key), key)).toBe('accepted');
  });

  it('refuses, as is refused here, another key', async () => {
    const headers = await oracle.sign(body, another);
    expect(await oracle.accepts(body, headers, key)).toBe(false);
    expect(await judge(oracle, body, headers, key)).toBe('bad-signature');
  });

  it.runIf(provider.scheme.signs.body)('refuses, as is refused here, a body that changed by one letter', async () => {
    const headers = await oracle.sign(body, key);
    const changed = body.replace('e', 'f');
    expect(await oracle.accepts(changed, headers, key)).toBe(false);
    expect(await judge(oracle, changed, headers, key)).not.toBe('accepted');
  });

  it('refuses, as is refused here, a signature that is cut off', async () => {
    const headers = await oracle.sign(body, key);
    const name = Object.keys(headers).find((one) => one.endsWith('-signature')) ?? '';
    const cut = { ...headers, [name]: headers[name]?.slice(0, -4) ?? '' };
    expect(await oracle.accepts(body, cut, key)).toBe(false);
    expect(await judge(oracle, body, cut, key)).toBe('malformed-signature');
  });
});
