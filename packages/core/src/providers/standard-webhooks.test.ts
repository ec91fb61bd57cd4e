import { describe, expect, it } from 'vitest';
import { createReceiver } from '../lib/receiver.ts';
import { sign } from '../lib/sign.ts';
import { verify } from '../lib/verify.ts';
import { standardWebhooks } from './standard-webhooks.ts';

const KEY = Buffer.from('test-secret-for-unit-tests-only!').toString('base64');

describe('standardWebhooks', () => {
  it.each([
    ['whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=', 'wrong-kind-secret'],
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
