// The vendors' own libraries as judges of keys of a pair, of tokens, and of signatures that stand in the body.
import {
  atlassianConnect,
  braintree,
  chargebee,
  discord,
  discordWebhookEvents,
  opennode,
  telnyx,
  vonage,
} from '@postern/core/providers';
import { createHash, createHmac, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { verifySignature } from '@vonage/jwt';
import {
  createQueryStringHash,
  decodeSymmetric,
  encodeSymmetric,
  fromMethodAndUrl,
  SymmetricAlgorithm,
} from 'atlassian-jwt';
import { BraintreeGateway, Environment } from 'braintree';
import { basicAuthValidator } from 'chargebee';
import { verifyKey } from 'discord-interactions';
import { OpenNodeClient } from 'opennode';
import Telnyx from 'telnyx';
import { changeBody, type Oracle, passes, playOracles, share } from './src/oracle.ts';

const TEXT_KEYS = share('test-key-of-the-oracles-0000', 'test-key-that-came-before-00');
const CREDENTIALS = share('test_user:test-password-0000', 'test_user:test-password-1111');
const nowSeconds = () => Math.floor(Date.now() / 1000);

/** A fresh pair, its public half written as the vendor's dashboard does. */
function pair(encoding: 'base64' | 'hex') {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { signs: privateKey, verifies: publicKey.subarray(-32).toString(encoding) };
}

/** Discord's library cannot sign. */
const DISCORD: Omit<Oracle, 'provider'> = {
  keys: [pair('hex'), pair('hex')],
  body: JSON.stringify({ id: '1', type: 2, event: { type: 'APPLICATION_AUTHORIZED', name: 'é 漢 🪺' } }),
  accepts: ({ headers, body }, key) =>
    verifyKey(body, headers['x-signature-ed25519'] ?? '', headers['x-signature-timestamp'] ?? '', key),
  sign(sent, key) {
    const now = String(nowSeconds());
    const signature = signBytes(null, Buffer.from(now + sent.body), key).toString('hex');
    return { ...sent, headers: { 'x-signature-timestamp': now, 'x-signature-ed25519': signature } };
  },
  change: changeBody,
};

const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' };
const braintreeOf = (privateKey: string) =>
  new BraintreeGateway({
    environment: Environment.Sandbox,
    merchantId: 'test',
    publicKey: 'test_public_key',
    privateKey,
  });

const ATLASSIAN = 'https://example.test/app';
const hashUrl = (url: string) => createQueryStringHash(fromMethodAndUrl('POST', url), false, ATLASSIAN);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const ORACLES: Readonly<Record<string, Oracle>> = {
  'atlassian-connect': {
    provider: atlassianConnect({ publicUrl: `${ATLASSIAN}/hook`, baseUrl: ATLASSIAN }),
    keys: TEXT_KEYS,
    body: '{"webhookEvent":"jira:issue_updated"}',
    url: '/app/hook?user_id=a%20b&x=2&x=1',
    async accepts({ headers, url }, key) {
      const token = headers.authorization?.slice('JWT '.length) ?? '';
      const hash = hashUrl(`https://example.test${url}`);
      return await passes(() => {
        if (decodeSymmetric(token, key, SymmetricAlgorithm.HS256).qsh !== hash) throw new Error('another URL');
      });
    },
    sign(sent, key) {
      const iat = nowSeconds();
      const qsh = hashUrl(`https://example.test${sent.url}`);
      const token = encodeSymmetric({ iss: 'test', iat, exp: iat + 180, qsh }, key);
      return { ...sent, headers: { authorization: `JWT ${token}` } };
    },
    change: (sent) => ({ ...sent, url: sent.url.replace('x=2', 'x=3') }),
  },
  braintree: {
    provider: braintree({ publicKey: 'test_public_key' }),
    keys: TEXT_KEYS,
    body: new URLSearchParams({ bt_payload: `${Buffer.from('<notification/>').toString('base64')}\n` }).toString(),
    accepts({ body }, key) {
      const form = new URLSearchParams(body);
      const parse = () =>
        braintreeOf(key).webhookNotification.parse(form.get('bt_signature') ?? '', form.get('bt_payload') ?? '');
      return passes(parse);
    },
    async sign(sent, key) {
      const { bt_signature, bt_payload } = await braintreeOf(key).webhookTesting.sampleNotification('check', 'id');
      return { ...sent, headers: formHeaders, body: new URLSearchParams({ bt_signature, bt_payload }).toString() };
    },
    change: (sent) => ({ ...sent, body: sent.body.replace('bt_payload=P', 'bt_payload=Q') }),
  },
  chargebee: {
    provider: chargebee(),
    keys: CREDENTIALS,
    body: '{"event_type":"invoice_generated"}',
    accepts: ({ headers }, key) =>
      passes(() => basicAuthValidator((user, password) => `${user}:${password}` === key)({ ...headers })),
    // Chargebee's library cannot send.
    sign: (sent, key) => ({
      ...sent,
      headers: { authorization: `Basic ${Buffer.from(key).toString('base64')}` },
    }),
  },
  discord: { provider: discord(), ...DISCORD },
  'discord-webhook-events': { provider: discordWebhookEvents(), ...DISCORD },
  opennode: {
    provider: opennode(),
    keys: TEXT_KEYS,
    body: 'id=47bb0000&status=paid',
    accepts({ body }, key) {
      const charge = Object.fromEntries(new URLSearchParams(body));
      return new OpenNodeClient(key, 'dev').verifySignature(charge as never);
    },
    // OpenNode's library cannot sign.
    sign(sent, key) {
      const id = new URLSearchParams(sent.body).get('id') ?? '';
      const order = createHmac('sha256', key).update(id).digest('hex');
      return { ...sent, headers: formHeaders, body: `${sent.body}&hashed_order=${order}` };
    },
    change: (sent) => ({ ...sent, body: sent.body.replace('47bb', '47bc') }),
  },
  telnyx: {
    provider: telnyx(),
    keys: [pair('base64'), pair('base64')],
    body: JSON.stringify({ data: { id: 'e-1', event_type: 'message.received', text: 'é 漢 🪺' } }),
    accepts: ({ headers, body }, key) =>
      passes(() => new Telnyx({ apiKey: 'test', publicKey: key }).webhooks.unwrap(body, { headers: { ...headers } })),
    // Telnyx's library cannot sign.
    sign(sent, key) {
      const now = String(nowSeconds());
      const signature = signBytes(null, Buffer.from(`${now}|${sent.body}`), key).toString('base64');
      return { ...sent, headers: { 'telnyx-timestamp': now, 'telnyx-signature-ed25519': signature } };
    },
    change: changeBody,
  },
  vonage: {
    provider: vonage(),
    keys: TEXT_KEYS,
    body: JSON.stringify({ status: 'delivered', text: 'é 漢 🪺' }),
    // The library checks the token; its page says to compare the digest of the body.
    accepts({ headers, body }, key) {
      const token = headers.authorization?.slice('Bearer '.length) ?? '';
      return verifySignature(token, key) && readClaims(token).payload_hash === sha256(body);
    },
    // Vonage's library signs with RSA only.
    sign(sent, key) {
      const claims = { iss: 'Vonage', iat: nowSeconds(), jti: 'oracle', payload_hash: sha256(sent.body) };
      return { ...sent, headers: { authorization: `Bearer ${encodeSymmetric(claims, key)}` } };
    },
    change: changeBody,
  },
};

function readClaims(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

playOracles(ORACLES);
