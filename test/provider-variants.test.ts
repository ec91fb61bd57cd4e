// What a vendor documents in two ways is a setting: a delivery of each way, signed by another program, passes under its setting and no other.
import { createHash, createHmac } from 'node:crypto';
import { type HeaderLines, type Provider, verify } from '@postern/core';
import {
  azureEventGrid,
  cloudeventsWebhook,
  cloudinary,
  coinbaseCdp,
  front,
  googlePubsub,
  increase,
  iyzico,
  kick,
  klarna,
  plivo,
} from '@postern/core/providers';
import { beforeAll, describe, expect, it, vi } from 'vitest';

const KEY = 'test-key_not-a-real-one-0000';
const STANDARD_KEY = Buffer.from('postern-test-key-not-a-real-one!');
const AT = 1_767_225_600;
const BODY = '{"id":"evt_1","amount":25.00}';
const EVENT = JSON.stringify({
  ...{ iyziEventType: 'E', paymentId: 1, iyziPaymentId: 2, token: 't', paymentConversationId: 'c', status: 'S' },
  ...{ subscriptionReferenceCode: 's', orderReferenceCode: 'o', customerReferenceCode: 'u' },
});

const mac = (text: string, encoding: 'hex' | 'base64', key: string | Buffer = KEY) =>
  createHmac('sha256', key).update(text).digest(encoding);

interface Variant {
  readonly name: string;
  readonly provider: Provider;
  readonly others: readonly Provider[];
  readonly headers: HeaderLines;
  readonly secret?: string;
  readonly url?: string;
  readonly body?: string;
}

const VARIANTS: readonly Variant[] = [
  {
    name: 'Increase, as Standard Webhooks',
    provider: increase(),
    others: [increase({ format: 'legacy' })],
    secret: `whsec_${STANDARD_KEY.toString('base64')}`,
    headers: [
      ['webhook-id', 'msg_1'],
      ['webhook-timestamp', String(AT)],
      ['webhook-signature', `v1,${mac(`msg_1.${AT}.${BODY}`, 'base64', `whsec_${STANDARD_KEY.toString('base64')}`)}`],
    ],
  },
  {
    name: 'Coinbase, the signature without headers',
    provider: coinbaseCdp({ version: 'v0' }),
    others: [coinbaseCdp()],
    headers: [['X-Hook0-Signature', `t=${AT},v0=${mac(`${AT}.${BODY}`, 'hex')},h=x-a,v1=${'0'.repeat(64)}`]],
  },
  {
    name: 'Klarna, in base64',
    provider: klarna({ encoding: 'base64' }),
    others: [klarna()],
    headers: [
      ['Klarna-Signing-Key-Id', 'key-1'],
      ['Klarna-Signature', mac(BODY, 'base64')],
    ],
  },
  {
    name: 'Plivo, the signature of messages, among several',
    provider: plivo({ publicUrl: 'https://example.com/plivo', version: 'v2' }),
    others: [
      plivo({ publicUrl: 'https://example.com/plivo' }),
      plivo({ publicUrl: 'https://example.com/', version: 'v2' }),
    ],
    headers: [
      ['X-Plivo-Signature-V2-Nonce', '05429567804466091622'],
      [
        'X-Plivo-Signature-V2',
        `${mac('x', 'base64')},${mac('https://example.com/plivo05429567804466091622', 'base64')}`,
      ],
    ],
    body: 'From=15550001111&Text=hello',
  },
  {
    name: 'Front, the time in seconds',
    provider: front({ unit: 'seconds' }),
    others: [front()],
    headers: [
      ['X-Front-Request-Timestamp', String(AT)],
      ['X-Front-Signature', mac(`${AT}:${BODY}`, 'base64')],
    ],
  },
  {
    name: 'Cloudinary, with SHA-256',
    provider: cloudinary({ algorithm: 'sha256' }),
    others: [cloudinary()],
    headers: [
      ['X-Cld-Timestamp', String(AT)],
      ['X-Cld-Signature', createHash('sha256').update(`${BODY}${AT}${KEY}`).digest('hex')],
    ],
  },
  {
    name: 'iyzico, the hosted page',
    provider: iyzico({ format: 'hosted' }),
    others: [iyzico(), iyzico({ format: 'subscription', merchantId: 'm' })],
    headers: [['X-IYZ-SIGNATURE-V3', mac(`${KEY}E2tcS`, 'hex')]],
    body: EVENT,
  },
  {
    name: 'iyzico, subscriptions',
    provider: iyzico({ format: 'subscription', merchantId: 'm' }),
    others: [iyzico(), iyzico({ format: 'hosted' }), iyzico({ format: 'subscription', merchantId: 'somebody-else' })],
    headers: [['X-IYZ-SIGNATURE-V3', mac(`m${KEY}Esou`, 'hex')]],
    body: EVENT,
  },
  {
    name: 'CloudEvents, the token in the query',
    provider: cloudeventsWebhook({ token: 'query' }),
    others: [cloudeventsWebhook()],
    headers: [],
    url: `/events?access_token=${KEY}`,
  },
];

beforeAll(() => {
  // Short test secrets are meant.
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});

describe.each(VARIANTS)('$name', ({ provider, others, headers, secret = KEY, url = '/', body = BODY }) => {
  const judge = (one: Provider) =>
    verify(
      { method: 'POST', url, headers, body: new TextEncoder().encode(body) },
      { provider: one, secrets: secret, now: () => AT * 1000 },
    );

  it('passes under its setting, and under no other', async () => {
    expect(await judge(provider)).toMatchObject({ outcome: 'accepted' });
    for (const other of others) expect(await judge(other)).toMatchObject({ outcome: 'rejected' });
  });
});

describe('settings', () => {
  it.each([
    [() => googlePubsub({ audience: 'a' } as never), 'missing-option', 'email'],
    [() => googlePubsub({ serviceAccount: 'a' } as never), 'missing-option', 'aud'],
    [() => azureEventGrid({ tenantId: 't' } as never), 'missing-option', 'aud'],
    [() => azureEventGrid({ audience: 'a' } as never), 'missing-option', 'tid'],
    [() => azureEventGrid({ tenantId: 't', audience: 'a', tokens: 'v3' } as never), 'invalid-option', undefined],
    [() => iyzico({ format: 'subscription' }), 'invalid-provider', undefined],
    [() => increase({ format: 'constructor' } as never), 'invalid-option', 'increase.format'],
    [() => coinbaseCdp({ version: 'v2' } as never), 'invalid-option', 'coinbase-cdp.version'],
  ])('are refused at start-up where something would not be checked: %s', (make, code, option) => {
    expect(make).toThrow(expect.objectContaining({ code, ...(option === undefined ? {} : { option }) }));
  });

  it('need no key for Kick, which publishes one', () => {
    expect(kick().scheme.keys).toHaveLength(1);
  });
});
