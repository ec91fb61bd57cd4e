// What a provider's settings choose between: a genuine delivery of each form, made with node:crypto, is accepted by its own setting and by no other.
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { type Capture, type Provider, verify } from '@postern/core';
import { clickpesa, fusionauth, grafana, ozow, pawapay, paymongo, peach, selcom } from '@postern/core/providers';
import { beforeAll, describe, expect, it, vi } from 'vitest';

const KEY = 'test_key_of_nobody_not_a_real_one';
const AT = 1_767_225_600;
const URL = 'https://example.com/hooks?a=1';
const mac = (text: string, encoding: 'hex' | 'base64' = 'hex') =>
  createHmac('sha256', KEY).update(text).digest(encoding);
const sha512 = (text: string) => createHash('sha512').update(text).digest('hex');
const capture = (body: string, headers: Readonly<Record<string, string>> = {}): Capture => ({
  method: 'POST',
  url: '/hooks',
  headers: Object.entries(headers),
  body: new TextEncoder().encode(body),
});

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (key: typeof ec.publicKey) => String(key.export({ format: 'pem', type: 'spki' }));

function signedMessage(dsaEncoding: 'der' | 'ieee-p1363'): Capture {
  const body = '{"depositId":"test"}';
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  const input = `("@method" "@authority" "@path" "content-digest");created=${AT};expires=${AT + 60}`;
  const base = `"@method": POST\n"@authority": example.com\n"@path": /hooks\n"content-digest": ${digest}\n"@signature-params": ${input}`;
  const signature = sign('sha256', Buffer.from(base), { key: ec.privateKey, dsaEncoding }).toString('base64');
  return capture(body, {
    'content-digest': digest,
    'signature-input': `sig-pp=${input}`,
    signature: `sig-pp=:${signature}:`,
  });
}

function bound(body: string): Capture {
  const claims = { request_body_sha256: createHash('sha256').update(body).digest('base64') };
  const text = [{ alg: 'RS256' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = sign('sha256', Buffer.from(text), pair.privateKey).toString('base64url');
  return capture(body, { 'x-fusionauth-signature-jwt': `${text}.${signature}` });
}

interface Form {
  readonly name: string;
  readonly provider: Provider;
  readonly others: readonly Provider[];
  readonly delivery: Capture;
  readonly secret?: string;
}

const FIELDS = ['order_id', 'amount', 'result'];
const paid = '{"order_id":"TEST-1","amount":"8000","result":"SUCCESS"}';
const ozowFields =
  'SiteCode=S&TransactionId=T&Amount=25.00&Status=Complete&CurrencyCode=ZAR&IsTest=false&StatusMessage=Ok';
const peachHeader = (timestamp: string) =>
  capture('{"id":"1"}', {
    'x-webhook-timestamp': timestamp,
    'x-webhook-id': 'wh-1',
    'x-webhook-signature': mac(`${timestamp}.wh-1.${URL}.{"id":"1"}`),
  });
const peachByHeader = peach({ format: 'header', publicUrl: URL });

const FORMS: readonly Form[] = [
  {
    name: 'ClickPesa’s checksum in a header',
    provider: clickpesa({ header: 'X-Checksum' }),
    others: [clickpesa()],
    delivery: capture('{"b":1,"a":{"d":2,"c":3}}', { 'x-checksum': mac('{"a":{"c":3,"d":2},"b":1}') }),
  },
  {
    name: 'Ozow’s hash without StatusMessage',
    provider: ozow({ statusMessage: 'unsigned' }),
    others: [ozow()],
    delivery: capture(`${ozowFields}&Hash=${sha512(`st25.00completezarfalse${KEY}`)}`),
  },
  {
    name: 'Ozow’s hash with StatusMessage',
    provider: ozow(),
    others: [ozow({ statusMessage: 'unsigned' })],
    delivery: capture(`${ozowFields}&Hash=${sha512(`st25.00completezarfalseok${KEY}`)}`),
  },
  {
    name: 'Peach’s header with a time in seconds',
    provider: peachByHeader,
    others: [peach(), peach({ format: 'header', publicUrl: 'https://example.com/hooks' })],
    delivery: peachHeader(String(AT)),
  },
  {
    name: 'Peach’s header with a time in milliseconds',
    provider: peachByHeader,
    others: [peach()],
    delivery: peachHeader(`${AT}999`),
  },
  {
    name: 'Selcom’s fields in another order',
    provider: selcom({ signedFields: FIELDS }),
    others: [selcom(), selcom({ signedFields: [...FIELDS].reverse() })],
    delivery: capture(paid, {
      timestamp: '2026-01-01T00:00:00Z',
      'digest-method': 'HS256',
      'signed-fields': FIELDS.join(','),
      digest: mac('timestamp=2026-01-01T00:00:00Z&order_id=TEST-1&amount=8000&result=SUCCESS', 'base64'),
    }),
  },
  {
    name: 'PayMongo’s live signature',
    provider: paymongo(),
    others: [paymongo({ mode: 'test' })],
    delivery: capture('{"a":1}', { 'paymongo-signature': `t=${AT},te=,li=${mac(`${AT}.{"a":1}`)}` }),
  },
  {
    name: 'Grafana’s signature without a time',
    provider: grafana(),
    others: [grafana({ timestampHeader: 'x-time' }), grafana({ header: 'x-signature' })],
    delivery: capture('{"a":1}', { 'x-grafana-alerting-signature': mac('{"a":1}') }),
  },
  {
    name: 'pawaPay’s signature in DER',
    provider: pawapay({ publicUrl: URL }),
    others: [pawapay({ publicUrl: URL, signatureForm: 'raw' }), pawapay({ publicUrl: 'https://example.org/hooks' })],
    delivery: signedMessage('der'),
    secret: pem(ec.publicKey),
  },
  {
    name: 'pawaPay’s signature as the RFC has it',
    provider: pawapay({ publicUrl: URL, signatureForm: 'raw' }),
    others: [pawapay({ publicUrl: URL })],
    delivery: signedMessage('ieee-p1363'),
    secret: pem(ec.publicKey),
  },
  {
    name: 'FusionAuth’s token of a key pair',
    provider: fusionauth({ algorithm: 'RS256' }),
    others: [fusionauth({ algorithm: 'PS256' })],
    delivery: bound('{"event":{}}'),
    secret: pem(pair.publicKey),
  },
];

beforeAll(() => {
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});

describe.each(FORMS)('$name', ({ provider, others, delivery, secret = KEY }) => {
  const judge = (one: Provider, request: Capture = delivery) =>
    verify(request, { provider: one, secrets: secret, now: () => AT * 1000 });

  it('is accepted by its own setting', async () => {
    expect(await judge(provider)).toMatchObject({ outcome: 'accepted' });
  });

  it('is accepted by no other', async () => {
    for (const other of others) expect(await judge(other)).toMatchObject({ outcome: 'rejected' });
  });

  it('is refused with another body', async () => {
    const body = delivery.body.map((byte, index) => (index === 4 ? byte ^ 1 : byte));
    const text = new TextEncoder().encode('{"other":"body"}');
    for (const one of [body, text])
      expect(await judge(provider, { ...delivery, body: one })).toMatchObject({ outcome: 'rejected' });
  });
});

it('refuses a value of a setting that nobody reads', () => {
  for (const make of [
    () => peach({ format: 'encrypted' as 'header' }),
    () => paymongo({ mode: 'both' as 'live' }),
    () => pawapay({ publicUrl: URL, signatureForm: 'both' as 'der' }),
    () => peach({ format: 'header' }),
    () => ozow({ statusMessages: 'signed' } as object),
    () => ozow({ statusMessage: 'both' as 'signed' }),
  ])
    expect(make).toThrow(expect.objectContaining({ name: 'ConfigurationError' }));
});
