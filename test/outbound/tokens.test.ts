// Providers whose keys are fetched by an id: sets of keys (JWKS), and keys that an API gives one at a time. Over real TLS on loopback.
import { createHash, generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createReceiver } from '@postern/core';
import { azureEventGrid } from '@postern/core/providers/azure-event-grid';
import { circle } from '@postern/core/providers/circle';
import { fal } from '@postern/core/providers/fal';
import { googlePubsub } from '@postern/core/providers/google-pubsub';
import { plaid } from '@postern/core/providers/plaid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAuthority } from './authority.ts';
import { openReceiver } from './receiving.ts';
import { startVendor, type Vendor } from './vendor.ts';

const HOSTS = [
  'rest.fal.ai',
  'www.googleapis.com',
  'login.microsoftonline.com',
  'production.plaid.com',
  'api.circle.com',
];
const NOW = Date.parse('2027-01-01T00:00:00Z');
const HOUR = 3_600_000;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const authority = createAuthority();
const jwkOf = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid, use: 'sig' });

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}
let vendor: Vendor;
let answer: (request: IncomingMessage) => Answer;

beforeAll(async () => {
  vendor = await startVendor(authority, HOSTS, (request: IncomingMessage, response: ServerResponse) => {
    const { status = 200, headers = {}, body } = answer(request);
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
});
afterAll(() => vendor.close());
beforeEach(() => {
  vendor.asked.length = 0;
});

const way = () => ({ routes: Object.fromEntries(HOSTS.map((host) => [host, vendor.route])) });
const base64url = (value: object | Buffer) =>
  (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString('base64url');

function token(header: object, claims: object, key: KeyObject): string {
  const text = `${base64url({ typ: 'JWT', ...header })}.${base64url(claims)}`;
  return `${text}.${base64url(signBytes('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }))}`;
}

describe('Google Pub/Sub, whose keys are a set', () => {
  const provider = googlePubsub({ audience: 'https://shop.example/push', serviceAccount: 'push@shop.example' });
  const claims = {
    iss: 'https://accounts.google.com',
    aud: 'https://shop.example/push',
    email: 'push@shop.example',
    email_verified: true,
  };
  const send = (kid: string | undefined, body: string, at = NOW, more: object = {}) => ({
    headers: {
      authorization: `Bearer ${token({ alg: 'RS256', kid }, { ...claims, exp: at / 1000 + 3600, ...more }, rsa.privateKey)}`,
    },
    body,
  });
  const set = (...kids: string[]): Answer => ({ body: { keys: kids.map((kid) => jwkOf(rsa.publicKey, kid)) } });

  it('is verified with the key that the token names, and the set is fetched once', async () => {
    answer = () => set('one', 'two');
    const { deliver, asked } = openReceiver(provider, way(), NOW);
    const sent = Array.from({ length: 100 }, (_, i) => send(i % 2 === 0 ? 'one' : 'two', `{"n":${i}}`));
    expect(new Set(await Promise.all(sent.map(deliver)))).toEqual(new Set(['accepted']));
    expect(asked).toHaveLength(1);
    expect(vendor.asked).toMatchObject([{ method: 'GET', url: '/oauth2/v3/certs' }]);
  });

  it('asks nobody for a token of another audience, another account or another algorithm, or that names no key', async () => {
    const { deliver, asked } = openReceiver(provider, way(), NOW);
    expect(await deliver(send('one', 'a', NOW, { aud: 'https://evil.example' }))).toBe('malformed-signature');
    expect(await deliver(send('one', 'a', NOW, { email: 'evil@evil.example' }))).toBe('malformed-signature');
    const other = token({ alg: 'HS256', kid: 'one' }, { ...claims, exp: NOW / 1000 }, rsa.privateKey);
    expect(await deliver({ headers: { authorization: `Bearer ${other}` }, body: 'a' })).toBe('unsupported-scheme');
    expect(await deliver(send(undefined, 'a'))).toBe('bad-signature');
    expect(await deliver(send('x'.repeat(200), 'a'))).toBe('bad-signature');
    expect(asked).toEqual([]);
  });

  it('asks at most once in 30 seconds for ids that are not in the set, and finds a new key then', async () => {
    answer = () => set('one');
    const { deliver, asked, clock } = openReceiver(provider, way(), NOW);
    expect(await deliver(send('one', 'a'))).toBe('accepted');
    for (let i = 0; i < 50; i++) expect(await deliver(send(`forged-${i}`, 'b'))).toBe('bad-signature');
    expect(asked).toHaveLength(1);
    answer = () => set('one', 'new');
    clock.now += 30_000;
    expect(await deliver(send('new', 'c'))).toBe('accepted');
    expect(asked).toHaveLength(2);
  });

  it('goes on with old keys while Google is away, for 24 hours', async () => {
    answer = () => set('one');
    const { deliver, clock, asked } = openReceiver(provider, way(), NOW);
    expect(await deliver(send('one', 'a'))).toBe('accepted');
    answer = () => ({ status: 503 });
    clock.now += 20 * HOUR;
    expect(await deliver(send('one', 'b', clock.now))).toBe('accepted');
    expect(await deliver(send('one', 'c', clock.now))).toBe('accepted');
    expect(asked).toHaveLength(2);
    // A key that nobody knows, while nobody can be asked, is no forgery yet.
    expect(await deliver(send('new', 'd', clock.now))).toBe('secret-unavailable');
    clock.now += 5 * HOUR;
    expect(await deliver(send('one', 'e', clock.now))).toBe('secret-unavailable');
  });

  it('keeps a set as long as Google says, within bounds', async () => {
    answer = () => ({ ...set('one'), headers: { 'cache-control': 'public, max-age=0' } });
    const { deliver, clock, asked } = openReceiver(provider, way(), NOW);
    await deliver(send('one', 'a'));
    clock.now += 290_000;
    await deliver(send('one', 'b', clock.now));
    expect(asked).toHaveLength(1);
    answer = () => ({ ...set('one'), headers: { 'cache-control': 'max-age=99999999' } });
    clock.now += 20_000;
    await deliver(send('one', 'c', clock.now));
    clock.now += 6 * HOUR + 1000;
    await deliver(send('one', 'd', clock.now));
    expect(asked).toHaveLength(3);
  });

  it.each<[string, Answer]>([
    ['that is no set', { body: { error: 'x' } }],
    ['that is no JSON', { body: '<html>' }],
    ['over 256 KiB', { body: { keys: [], padding: 'x'.repeat(262_145) } }],
    ['of more keys than anybody has', set(...Array.from({ length: 65 }, (_, i) => `k${i}`))],
    ['that sends it elsewhere', { status: 301, headers: { location: 'https://10.0.0.1/' } }],
    ['that there is nothing', { status: 404 }],
  ])('is to be sent again after an answer %s', async (_, given) => {
    answer = () => given;
    const { deliver } = openReceiver(provider, way(), NOW);
    expect(await deliver(send('one', 'a'))).toBe('secret-unavailable');
  });

  it('passes over keys that it cannot use, private ones and those for encryption among them', async () => {
    const jwk = jwkOf(rsa.publicKey, 'x');
    answer = () => ({
      body: {
        keys: [
          jwkOf(ec.publicKey, 'one'),
          { ...rsa.privateKey.export({ format: 'jwk' }), kid: 'two' },
          { ...jwk, kid: 'three', use: 'enc' },
          { ...jwk, kid: 4 },
          null,
          { ...jwk, kid: 'good' },
        ],
      },
    });
    const { deliver } = openReceiver(provider, way(), NOW);
    expect(await deliver(send('good', 'a'))).toBe('accepted');
    for (const kid of ['one', 'two', 'three', '4']) expect(await deliver(send(kid, 'b'))).toBe('bad-signature');
  });
});

describe('fal, whose keys are a set, and whose deliveries name none', () => {
  const pair = generateKeyPairSync('ed25519');
  const send = (id: string, body = '{}', key = pair.privateKey) => {
    const time = String(NOW / 1000);
    const text = [id, 'user-1', time, createHash('sha256').update(body).digest('hex')].join('\n');
    return {
      headers: {
        'x-fal-webhook-request-id': id,
        'x-fal-webhook-user-id': 'user-1',
        'x-fal-webhook-timestamp': time,
        'x-fal-webhook-signature': signBytes(null, Buffer.from(text), key).toString('hex'),
      },
      body,
    };
  };

  it('is verified with whichever key of the set fits, named there or not', async () => {
    const others = Array.from({ length: 3 }, () => generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }));
    answer = () => ({ body: { keys: [...others, pair.publicKey.export({ format: 'jwk' })] } });
    const { deliver, asked, records } = openReceiver(fal(), way(), NOW);
    expect(await deliver(send('r-1'))).toBe('accepted');
    expect(records.at(-1)?.secretId).toBe('key-4');
    const forger = generateKeyPairSync('ed25519').privateKey;
    for (let i = 0; i < 20; i++) expect(await deliver(send(`forged-${i}`, '{}', forger))).toBe('bad-signature');
    expect(asked).toHaveLength(1);
  });

  it('tries eight keys and no more, and none of an empty set', async () => {
    const many = Array.from({ length: 8 }, () => generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }));
    answer = () => ({ body: { keys: [...many, pair.publicKey.export({ format: 'jwk' })] } });
    const { deliver } = openReceiver(fal(), way(), NOW);
    expect(await deliver(send('r-1'))).toBe('bad-signature');
    answer = () => ({ body: { keys: [] } });
    expect(await openReceiver(fal(), way(), NOW).deliver(send('r-1'))).toBe('bad-signature');
  });
});

describe('Azure Event Grid, whose keys are those of a tenant', () => {
  it('asks Entra for the keys of the tenant of the settings, and of no other', async () => {
    answer = () => ({ body: { keys: [jwkOf(rsa.publicKey, 'one')] } });
    const tenantId = '00000000-0000-0000-0000-000000000001';
    const provider = azureEventGrid({ tenantId, audience: 'api://shop' });
    const { deliver } = openReceiver(provider, way(), NOW);
    const claims = {
      aud: 'api://shop',
      tid: tenantId,
      iss: `https://sts.windows.net/${tenantId}/`,
      appid: '4962773b-9cdb-44cf-a8bf-237846a00ab7',
      exp: NOW / 1000 + 60,
    };
    const authorization = `Bearer ${token({ alg: 'RS256', kid: 'one' }, claims, rsa.privateKey)}`;
    expect(await deliver({ headers: { authorization }, body: '[]' })).toBe('accepted');
    expect(vendor.asked).toMatchObject([{ url: `/${tenantId}/discovery/v2.0/keys` }]);
    expect(() => azureEventGrid({ tenantId: '../x', audience: 'a' })).toThrow(/tenantId/);
  });
});

describe('Plaid, whose keys are given one at a time', () => {
  const provider = plaid({ clientId: 'test-client', secret: 'test-secret' });
  const send = (kid: string, body: string, { key = ec.privateKey, iat = NOW / 1000, signed = body } = {}) => ({
    headers: {
      'plaid-verification': token(
        { alg: 'ES256', kid },
        { iat, request_body_sha256: createHash('sha256').update(signed).digest('hex') },
        key,
      ),
    },
    body,
  });
  const give = (kid: string, expired_at: number | null = null): Answer => ({
    body: { key: { ...jwkOf(ec.publicKey, kid), expired_at }, request_id: 'r' },
  });

  it('is verified with the key of its id, asked for with the credentials', async () => {
    answer = () => give('key-1');
    const { deliver, asked } = openReceiver(provider, way(), NOW);
    expect(await deliver(send('key-1', '{\n  "a": 1\n}'))).toBe('accepted');
    expect(await deliver(send('key-1', '{}', { key: stranger.privateKey }))).toBe('bad-signature');
    expect(await deliver(send('key-1', '{"a":2}', { signed: '{"a":1}' }))).toBe('bad-signature');
    expect(await deliver(send('key-1', '{"late":1}', { iat: NOW / 1000 - 301 }))).toBe('stale');
    expect(asked).toHaveLength(1);
    expect(vendor.asked).toMatchObject([{ method: 'POST', url: '/webhook_verification_key/get' }]);
    expect(JSON.parse(vendor.asked[0]?.body ?? '')).toEqual({
      client_id: 'test-client',
      secret: 'test-secret',
      key_id: 'key-1',
    });
  });

  it('is refused with a key that Plaid does not know, and with one that it has retired', async () => {
    answer = () => ({ status: 400, body: { error_code: 'INVALID_WEBHOOK_VERIFICATION_KEY_ID' } });
    const { deliver, asked } = openReceiver(provider, way(), NOW);
    for (let i = 0; i < 20; i++) expect(await deliver(send('forged', '{}'))).toBe('bad-signature');
    expect(asked).toHaveLength(1);
    answer = () => give('old', NOW / 1000 - 1);
    expect(await deliver(send('old', '{}'))).toBe('bad-signature');
  });

  it('is to be sent again where our credentials are refused: that is no forgery', async () => {
    answer = () => ({ status: 400, body: { error_code: 'INVALID_API_KEYS' } });
    const { deliver, records } = openReceiver(provider, way(), NOW);
    expect(await deliver(send('key-1', '{}'))).toBe('secret-unavailable');
    expect(JSON.stringify(records)).not.toContain('test-secret');
  });

  it('asks nobody for an id that is not written as ids are', async () => {
    const { deliver, asked } = openReceiver(provider, way(), NOW);
    for (const kid of ['a/b', 'a b', '../x', '', 'x'.repeat(65), '{secret}', 'a"b'])
      expect(await deliver(send(kid, '{}'))).toBe('bad-signature');
    expect(asked).toEqual([]);
  });

  it('costs a handful of requests where a flood names keys that nobody has', async () => {
    answer = () => ({ status: 400, body: { error_code: 'INVALID_WEBHOOK_VERIFICATION_KEY_ID' } });
    const { deliver, asked } = openReceiver(provider, way(), NOW);
    for (let i = 0; i < 200; i++) await deliver(send(`forged-${i}`, '{}'));
    expect(asked.length).toBeLessThanOrEqual(10);
  });

  it('asks for its credentials at start-up, and reads them from the environment when its host does', () => {
    expect(() => createReceiver({ provider: plaid(), secrets: [] })).toThrow(/clientId: the vendor gives its keys/);
    expect(() => createReceiver({ provider: plaid({ clientId: 'a', secret: ' ' }), secrets: [] })).toThrow(/^secret: /);
    const later = plaid({ clientId: 'a', secret: { read: () => [] } });
    expect(() => createReceiver({ provider: later, secrets: [] })).toThrow(/^secret: /);
    expect(() => createReceiver({ provider: later, secrets: [] }, { secretsAtFirstDelivery: true })).not.toThrow();
  });

  it('is to be sent again where its credentials are missing at the first delivery: that is no forgery', async () => {
    const later = plaid({ clientId: 'a', secret: { read: () => [] } });
    const { deliver, asked, records } = openReceiver(later, way(), NOW, {}, { secretsAtFirstDelivery: true });
    expect(await deliver(send('key-1', '{}'))).toBe('secret-unavailable');
    expect(records.at(-1)?.error).toMatchObject({ code: 'blank-secret', option: 'secret' });
    expect(asked).toEqual([]);
  });
});

describe('Circle, whose keys are given one at a time', () => {
  it('is verified with the key of its id, which stands in the path', async () => {
    const spki = ec.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    answer = () => ({ body: { data: { id: 'key-1', algorithm: 'ECDSA_SHA_256', publicKey: spki } } });
    const { deliver } = openReceiver(circle({ apiKey: 'test-api-key' }), way(), NOW);
    const body = '{"notificationId":"n-1"}';
    const headers = {
      'x-circle-signature': signBytes('sha256', Buffer.from(body), ec.privateKey).toString('base64'),
      'x-circle-key-id': '879dc113-5ca4-4ff7-a6b7-54652083fcf8',
    };
    expect(await deliver({ headers, body })).toBe('accepted');
    expect(vendor.asked).toMatchObject([
      {
        method: 'GET',
        url: '/v2/notifications/publicKey/879dc113-5ca4-4ff7-a6b7-54652083fcf8',
        headers: { authorization: 'Bearer test-api-key' },
      },
    ]);
  });
});
