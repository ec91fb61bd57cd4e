import { createHmac, generateKeyPairSync, sign as nodeSign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verify } from '../verify.ts';
import { defineProvider } from './define-provider.ts';
import { standardWebhook } from './standard-webhook.ts';

const KEY = Buffer.from('test-key-for-unit-tests-only-000');
const SECRET = `whsec_${KEY.toString('base64')}`;
const pair = generateKeyPairSync('ed25519');
const bare = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
const PUBLIC = `whpk_${bare.toString('base64')}`;
const NOW = 1_767_225_600;
const BODY = '{"amount":25.00}';
const provider = defineProvider({
  name: 'standard',
  scheme: standardWebhook({ headers: 'webhook' }),
  toleranceSeconds: 300,
});

const mac = (content: string, key = KEY) => createHmac('sha256', key).update(content).digest('base64');
const ed = (content: string) => nodeSign(null, Buffer.from(content), pair.privateKey).toString('base64');
const CONTENT = `msg_1.${NOW}.${BODY}`;
const V1 = `v1,${mac(CONTENT)}`;
const V1A = `v1a,${ed(CONTENT)}`;

function judge(signature: string, secrets: string, { id = 'msg_1', time = String(NOW), body = BODY } = {}) {
  const headers = [
    ['webhook-id', id],
    ['webhook-timestamp', time],
    ['webhook-signature', signature],
  ] as const;
  return verify(
    { method: 'POST', url: '/', headers, body: new TextEncoder().encode(body) },
    { provider, secrets, now: () => NOW * 1000 },
  );
}

describe('a Standard Webhook', () => {
  it('is verified by each kind of secret over its own signature', async () => {
    for (const [signature, secret] of [
      [V1, SECRET],
      [V1A, PUBLIC],
      [`${V1} ${V1A}`, SECRET],
      [`${V1A} ${V1}`, PUBLIC],
    ] as const)
      expect(await judge(signature, secret)).toMatchObject({ outcome: 'accepted', delivery: { id: 'msg_1' } });
  });

  it('is not verified by a public key as if its text or its bytes were a shared secret', async () => {
    for (const key of [Buffer.from(PUBLIC), bare])
      for (const version of ['v1', 'v1a'])
        expect(await judge(`${version},${mac(CONTENT, key)}`, PUBLIC)).toMatchObject({ outcome: 'rejected' });
  });

  it.each([
    ['the key pair’s signature under the other version', `v1,${ed(CONTENT)}`, PUBLIC],
    ['a MAC under the version of key pairs', `v1a,${mac(CONTENT)}`, SECRET],
    ['a version nobody knows', `v2,${mac(CONTENT)}`, SECRET],
    ['no version', mac(CONTENT), SECRET],
    ['nothing after the version', 'v1,', SECRET],
    ['a MAC that is cut short', V1.slice(0, -4), SECRET],
  ])('is refused with %s', async (_, signature, secret) => {
    expect(await judge(signature, secret)).toMatchObject({ outcome: 'rejected' });
  });

  it.each([
    ['another id', { id: 'msg_2' }],
    ['another time', { time: String(NOW + 1) }],
    ['another body', { body: '{"amount":95.00}' }],
  ])('is wrong with %s', async (_, more) => {
    for (const [signature, secret] of [
      [V1, SECRET],
      [V1A, PUBLIC],
    ] as const)
      expect(await judge(signature, secret, more)).toMatchObject({ reason: 'bad-signature' });
  });

  it('cannot be cut at another place: an id holds no dot', async () => {
    // Signed as id `msg_1`, time and body; sent as an id that swallows the old time, with a fresh one from the body.
    const content = `msg_1.1.${NOW}.{}`;
    expect(await judge(`v1,${mac(content)}`, SECRET, { id: 'msg_1.1', body: '{}' })).toMatchObject({
      reason: 'malformed-id',
    });
  });

  it('is held to its window on both sides', async () => {
    for (const [time, reason] of [
      [NOW - 301, 'stale'],
      [NOW + 301, 'future'],
    ] as const)
      expect(await judge(`v1,${mac(`msg_1.${time}.${BODY}`)}`, SECRET, { time: String(time) })).toMatchObject({
        reason,
      });
  });

  it.each(['whsec_', 'whsec_not base64!', 'whpk_AAAA'])('refuses the secret %j at start-up', (secret) => {
    expect(() => provider.scheme.importSecret(secret, 'secrets')).toThrow(
      expect.objectContaining({ name: 'ConfigurationError' }),
    );
  });

  it('signs with one kind of secret at a time', async () => {
    const { scheme } = provider;
    const keys = [
      scheme.importSigningSecret?.(SECRET, 'secret'),
      scheme.importSigningSecret?.(String(pair.privateKey.export({ format: 'pem', type: 'pkcs8' })), 'secret'),
    ].flatMap((key) => key ?? []);
    const request = {
      method: 'POST',
      url: '/',
      headers: [],
      body: new TextEncoder().encode(BODY),
      timestamp: NOW,
      id: 'msg_1',
    };
    expect((await scheme.sign(request, keys.slice(0, 1))).headers['webhook-signature']).toBe(V1);
    expect((await scheme.sign(request, keys.slice(1))).headers['webhook-signature']).toBe(V1A);
    await expect(scheme.sign(request, keys)).rejects.toMatchObject({ option: 'secret' });
  });
});
