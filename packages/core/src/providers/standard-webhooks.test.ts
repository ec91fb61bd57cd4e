import { describe, expect, it } from 'vitest';
import { createReceiver } from '../lib/receiver.ts';
import { sign } from '../lib/sign.ts';
import { verify } from '../lib/verify.ts';
import { standardWebhooks } from './standard-webhooks.ts';

const KEY = Buffer.from('test-secret-for-unit-tests-only!').toString('base64');

describe('standardWebhooks', () => {
  it.each([
    ['whpk_not-a-public-key', 'undecodable-secret'],
    ['whsk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=', 'wrong-kind-secret'],
    ['sk_live_0123456789abcdef', 'wrong-kind-secret'],
    ['sk_test_0123456789abcdef', 'wrong-kind-secret'],
    ['whsec_', 'blank-secret'],
    ['whsec_====', 'undecodable-secret'],
    [`whsec_whsec_${KEY}`, 'undecodable-secret'],
    ['whsec_not-base64-but-text', 'undecodable-secret'],
    [`WHSEC_${KEY}`, 'undecodable-secret'],
    [`whsec_${KEY.slice(0, -1)}`, 'undecodable-secret'],
  ])('refuses the secret %s with %s', (secrets, code) => {
    expect(() => createReceiver({ provider: standardWebhooks(), secrets })).toThrow(expect.objectContaining({ code }));
  });

  // https://github.com/svix/svix-webhooks/blob/main/server/svix-server/src/worker.rs (test_asymmetric_key_signing)
  it('takes a public key for v1a signatures, and for nothing else', async () => {
    const signature = 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';
    const judge = (text: string, secrets: string) =>
      verify(
        {
          method: 'POST',
          url: '/',
          headers: [
            ['webhook-id', 'msg_p5jXN8AQM9LWM0D4loKWxJek'],
            ['webhook-timestamp', '1614265330'],
            ['webhook-signature', text],
          ],
          body: new TextEncoder().encode('{"test": 2432232314}'),
        },
        { provider: standardWebhooks(), secrets, now: 'signed-time' },
      );
    const key = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';
    const shared = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
    expect(await judge(signature, key)).toMatchObject({ outcome: 'accepted' });
    expect(await judge(`${shared} ${signature}`, key)).toMatchObject({ outcome: 'accepted' });
    expect(await judge(`${shared} ${signature}`, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')).toMatchObject({
      outcome: 'accepted',
    });
    // The bytes of a public key, which everybody has, sign nothing as a shared secret.
    const forged = await sign(standardWebhooks(), {
      secret: key.replace('whpk_', 'whsec_'),
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1_614_265_330,
      body: '{"test": 2432232314}',
    });
    expect(await judge(forged['webhook-signature'] ?? '', key)).toMatchObject({ reason: 'bad-signature' });
    expect(await judge(shared, key)).toMatchObject({ reason: 'bad-signature' });
  });

  it('takes one key with or without its prefix for the same key', async () => {
    const provider = standardWebhooks();
    const headers = Object.entries(await sign(provider, { secret: `whsec_${KEY}`, body: '{}' }));
    const capture = { method: 'POST', url: '/', headers, body: new TextEncoder().encode('{}') };
    for (const secrets of [KEY, `whsec_${KEY}`])
      expect(await verify(capture, { provider, secrets })).toMatchObject({ outcome: 'accepted' });
  });

  it('does not let an id be cut at another place, which would turn an old capture into a fresh one', async () => {
    const provider = standardWebhooks();
    const old = 1_000_000_000;
    const now = 1_767_225_600;
    // One signed text, "msg.<old>.<now>.{}", read in two ways.
    const body = `${now}.{}`;
    const headers = await sign(provider, { secret: KEY, id: 'msg', timestamp: old, body });
    const shifted = { ...headers, 'webhook-id': `msg.${old}`, 'webhook-timestamp': String(now) };
    const verdict = await verify(
      { method: 'POST', url: '/', headers: Object.entries(shifted), body: new TextEncoder().encode('{}') },
      { provider, secrets: KEY, now: () => now * 1000 },
    );
    expect(verdict).toMatchObject({ outcome: 'rejected', reason: 'malformed-id' });
  });

  it('identifies an event by the signed id', () => {
    expect(standardWebhooks().eventId).toEqual({ header: 'webhook-id' });
  });
});
