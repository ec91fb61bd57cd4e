// Amazon SNS with its certificate fetched: over real TLS on loopback.
import { sign as signBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createReceiver, verify } from '@postern/core';
import { createOutbound } from '@postern/core/outbound';
import { awsSns } from '@postern/core/providers/aws-sns';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAuthority, type Issued } from './authority.ts';
import { openReceiver } from './receiving.ts';
import { startVendor, type Vendor } from './vendor.ts';

const HOST = 'sns.us-east-1.amazonaws.com';
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:orders';
const NOW = Date.parse('2027-01-01');
const pathOf = (id: number) => `/SimpleNotificationService-${id.toString(16).padStart(32, '0')}.pem`;
const urlOf = (id: number) => `https://${HOST}${pathOf(id)}`;

const authority = createAuthority();
const issuer = createAuthority('Test issuer of SNS certificates');
const genuine = issuer.issue({ names: ['sns.amazonaws.com'], type: 'rsa' });
const short = issuer.issue({ names: ['sns.amazonaws.com'], type: 'rsa', notAfter: new Date(NOW + 60_000) });
const files: Record<string, string> = {
  [pathOf(1)]: genuine.certificate,
  [pathOf(2)]: issuer.issue({ names: ['evil.example'], type: 'rsa' }).certificate,
  [pathOf(3)]: issuer.issue({ names: ['sns.amazonaws.com'], type: 'rsa', notAfter: new Date('2026-12-31') })
    .certificate,
  [pathOf(4)]: 'no certificate',
  [pathOf(6)]: short.certificate,
};
let vendor: Vendor;
let status: { files: number; confirm: number };

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { url = '' } = request;
  const file = files[url];
  if (url.startsWith('/?Action=')) response.writeHead(status.confirm).end('<ok/>');
  else if (status.files !== 200) response.writeHead(status.files, { location: 'https://127.0.0.1/' }).end();
  else response.writeHead(file === undefined ? 404 : 200).end(file);
}

interface Fields {
  readonly [name: string]: string;
}

/** A message, signed as SNS does. */
function message(fields: Fields = {}, key: Issued = genuine): { body: string } {
  const all: Fields = {
    Type: 'Notification',
    MessageId: 'id-1',
    TopicArn: TOPIC,
    Message: 'hello',
    Timestamp: '2027-01-01T00:00:00.000Z',
    SignatureVersion: '2',
    SigningCertURL: urlOf(1),
    ...fields,
  };
  const signed = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const text = signed.flatMap((name) => (all[name] === undefined ? [] : [`${name}\n${all[name]}\n`])).join('');
  const signature = signBytes(all.SignatureVersion === '1' ? 'sha1' : 'sha256', Buffer.from(text), key.key);
  return { body: JSON.stringify({ ...all, Signature: signature.toString('base64') }) };
}

const open = (provider = awsSns({ topics: [TOPIC] })) =>
  openReceiver(provider, { routes: { [HOST]: vendor.route } }, NOW);

beforeAll(async () => {
  vendor = await startVendor(authority, [HOST], answer);
});
afterAll(() => vendor.close());
beforeEach(() => {
  status = { files: 200, confirm: 200 };
  vendor.asked.length = 0;
});

describe('an SNS message', () => {
  it('is verified with the certificate that it names, which is fetched once for all that wait for it', async () => {
    const { deliver, asked, handled } = open();
    const sent = Array.from({ length: 100 }, (_, i) => message({ MessageId: `id-${i}` }));
    expect(new Set(await Promise.all(sent.map(deliver)))).toEqual(new Set(['accepted']));
    expect(handled).toHaveLength(100);
    expect(asked).toHaveLength(1);
    expect(vendor.asked).toMatchObject([{ method: 'GET', url: pathOf(1) }]);
    expect(await deliver({ body: message().body.replace('hello', 'evil!') })).toBe('bad-signature');
    expect(
      await deliver(message({ MessageId: 'forged' }, issuer.issue({ names: ['sns.amazonaws.com'], type: 'rsa' }))),
    ).toBe('bad-signature');
    expect(asked).toHaveLength(1);
  });

  it('is verified as version 1 where that is configured, and never because it says so', async () => {
    const v1 = open(awsSns({ topics: [TOPIC], algorithm: 'sha1' }));
    expect(await v1.deliver(message({ SignatureVersion: '1' }))).toBe('accepted');
    const v2 = open();
    expect(await v2.deliver(message({ SignatureVersion: '1' }))).toBe('unsupported-scheme');
    expect(v2.asked).toEqual([]);
  });

  it.each([
    ['another host', 'https://evil.example/SimpleNotificationService-00000000000000000000000000000001.pem'],
    ['a look-alike', urlOf(1).replace('.amazonaws.com', '.amazonaws.com.evil.example')],
    ['a look-alike in front', urlOf(1).replace('https://sns.', 'https://sns.evil.')],
    ['a bucket of somebody’s', urlOf(1).replace('https://sns.us-east-1', 'https://evil.s3')],
    ['a Cyrillic letter', urlOf(1).replace('amazon', '\u0430mazon')],
    ['an IDN', urlOf(1).replace('us-east-1', 'xn--us-east-1-abc')],
    ['a dot at the end', urlOf(1).replace('.com/', '.com./')],
    ['userinfo', urlOf(1).replace('https://', 'https://evil@')],
    ['the right host as userinfo', urlOf(1).replace('.com/', '.com@evil.example/')],
    ['a backslash', urlOf(1).replace('https://', 'https://evil.example\\@')],
    ['a port', urlOf(1).replace('.com/', '.com:8443/')],
    ['plain http', urlOf(1).replace('https', 'http')],
    ['an IP address', urlOf(1).replace(HOST, '169.254.169.254')],
    ['a query', `${urlOf(1)}?x=1`],
    ['a fragment', `${urlOf(1)}#x`],
    ['another path', `https://${HOST}/evil.pem`],
    ['a path around', `https://${HOST}/x/..${pathOf(1)}`],
    ['another bucket’s path', `https://${HOST}//evil.example${pathOf(1)}`],
  ])('asks nobody for a certificate at %s', async (_, SigningCertURL) => {
    const { deliver, asked, handled } = open();
    const before = vendor.connections();
    expect(await deliver(message({ SigningCertURL }))).toBe('unsupported-scheme');
    expect(asked).toEqual([]);
    expect(vendor.connections()).toBe(before);
    expect(handled).toEqual([]);
  });

  it('asks nobody for a message of another topic, without a signature, or that names no certificate', async () => {
    const { deliver, asked } = open();
    expect(await deliver(message({ TopicArn: 'arn:aws:sns:us-east-1:999999999999:orders' }))).toBe(
      'unsupported-scheme',
    );
    expect(await deliver({ body: JSON.stringify({ ...JSON.parse(message().body), Signature: '!' }) })).toBe(
      'malformed-signature',
    );
    expect(await deliver({ body: JSON.stringify({ ...JSON.parse(message().body), SigningCertURL: undefined }) })).toBe(
      'malformed-signature',
    );
    expect(asked).toEqual([]);
  });

  it.each([
    ['of another name', 2],
    ['that has expired', 3],
    ['that is none', 4],
    ['that is not there', 5],
  ])('is refused with a certificate %s', async (_, id) => {
    const { deliver, asked } = open();
    expect(await deliver(message({ SigningCertURL: urlOf(id) }))).toBe('bad-signature');
    expect(await deliver(message({ SigningCertURL: urlOf(id) }))).toBe('bad-signature');
    expect(asked).toHaveLength(1);
  });

  it('is refused when the certificate that is remembered expires', async () => {
    const { deliver, clock, asked } = open();
    const soon = (MessageId: string) => message({ MessageId, SigningCertURL: urlOf(6) }, short);
    expect(await deliver(soon('id-1'))).toBe('accepted');
    clock.now += 61_000;
    expect(await deliver(soon('id-2'))).toBe('bad-signature');
    expect(asked).toHaveLength(1);
  });

  it('costs a handful of requests where a flood names certificates that nobody has', async () => {
    const { deliver, asked } = open();
    expect(await deliver(message())).toBe('accepted');
    const outcomes: string[] = [];
    for (let i = 0; i < 300; i++) outcomes.push(await deliver(message({ SigningCertURL: urlOf(1000 + i) })));
    expect(asked.length).toBeLessThanOrEqual(11);
    expect(outcomes.at(-1)).toBe('secret-unavailable');
    expect(await deliver(message({ MessageId: 'id-2' }))).toBe('accepted');
  });

  it.each([
    ['answers with an error', 500],
    ['sends it elsewhere', 302],
    ['is too busy', 429],
  ])('is to be sent again where the vendor %s', async (_, code) => {
    const { deliver, clock, asked, records } = open();
    status.files = code;
    expect(await deliver(message())).toBe('secret-unavailable');
    expect(records.at(-1)?.status).toBe(503);
    status.files = 200;
    expect(await deliver(message())).toBe('secret-unavailable');
    expect(asked).toHaveLength(1);
    clock.now += 30_000;
    expect(await deliver(message())).toBe('accepted');
  });

  it('is to be sent again where the name leads to a private address, and nothing leaves', async () => {
    const { deliver, asked } = openReceiver(awsSns({ topics: [TOPIC] }), { resolve: async () => ['10.0.0.1'] }, NOW);
    expect(await deliver(message())).toBe('secret-unavailable');
    expect(asked).toHaveLength(1);
    expect(vendor.asked).toEqual([]);
  });
});

describe('a subscription', () => {
  const SubscribeURL = `https://${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37fb687f5d51e6e241d09c805a5a57b30d712f794cc5f6a988666d92768dd60a747ba6f3beb71854e285d6ad02428b09ceece29417f1f02d609c582afbacc99c583a916b9981dd2728f4ae6fdb82efd087cc3b7849e05798d2d2785c03b0879594eeac82c01f235d0e717736`;
  const ask = (fields: Fields = {}) =>
    message({ Type: 'SubscriptionConfirmation', Token: 't', SubscribeURL, ...fields });

  it('to a topic of the list is confirmed once, and is no event', async () => {
    const { deliver, handled, records } = open();
    expect(await deliver(ask())).toBe('answered');
    expect(records.at(-1)).toMatchObject({ status: 200, detail: 'the subscription was confirmed' });
    expect(await deliver(ask())).toBe('answered');
    expect(handled).toEqual([]);
    expect(vendor.asked.filter(({ url }) => url.startsWith('/?Action='))).toHaveLength(1);
  });

  it('to another topic is not confirmed, and neither is a forged one', async () => {
    const { deliver, asked } = open();
    expect(await deliver(ask({ TopicArn: 'arn:aws:sns:us-east-1:999999999999:orders' }))).toBe('unsupported-scheme');
    expect(asked).toEqual([]);
    expect(await deliver({ body: ask().body.replace(SubscribeURL, `${SubscribeURL}0`) })).toBe('bad-signature');
    expect(vendor.asked.filter(({ url }) => url.startsWith('/?Action='))).toEqual([]);
  });

  it('is confirmed at SNS itself and nowhere else, whoever signed', async () => {
    const { deliver, asked } = open();
    for (const [index, url] of [
      'https://evil.example/?Action=ConfirmSubscription&TopicArn=a&Token=b',
      SubscribeURL.replace(HOST, `${HOST}@evil.example`),
      SubscribeURL.replace(HOST, '127.0.0.1'),
      SubscribeURL.replace('ConfirmSubscription', 'DeleteTopic'),
      `${SubscribeURL}&Action=DeleteTopic`,
    ].entries())
      expect(await deliver(ask({ SubscribeURL: url, MessageId: `evil-${index}` }))).toBe('unconfirmed');
    expect(asked.filter(({ url }) => url.includes('?'))).toEqual([]);
  });

  it('is asked for again where it could not be confirmed', async () => {
    const { deliver, handled } = open();
    status.confirm = 500;
    expect(await deliver(ask())).toBe('confirm-unavailable');
    status.confirm = 200;
    expect(await deliver(ask())).toBe('answered');
    expect(handled).toEqual([]);
  });
});

describe('at start-up', () => {
  it('asks for the topics, since SNS signs for every account', () => {
    expect(() => createReceiver({ provider: awsSns(), secrets: [] })).toThrow(/^topics: /);
    expect(() => awsSns({ topics: ['orders'] })).toThrow(/aws-sns\.topics/);
    expect(() => awsSns({ topics: [] as never })).toThrow(/aws-sns\.topics/);
  });

  it('does not fetch in verify(), which asks nobody', async () => {
    const capture = { method: 'POST', url: '/', headers: [], body: new Uint8Array() };
    await expect(verify(capture, { provider: awsSns({ topics: [TOPIC] }), secrets: [] })).rejects.toThrow(
      /only a receiver fetches the keys of aws-sns/,
    );
  });

  it('takes keys that are given for the only ones', async () => {
    const { deliver, asked } = openReceiver(
      awsSns({ topics: [TOPIC], publicKey: issuer.issue({ names: ['a.example'], type: 'rsa' }).certificate }),
      createOutbound(),
      NOW,
    );
    expect(await deliver(message())).toBe('bad-signature');
    expect(asked).toEqual([]);
  });
});
