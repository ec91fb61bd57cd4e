import { describe, expect, it } from 'vitest';
import { standardWebhooks } from '../providers/standard-webhooks.ts';
import { stripe } from '../providers/stripe.ts';
import { sign } from './sign.ts';
import { verifySignature } from './verify-signature.ts';

const SECRET = 'test-secret-for-unit-tests-only';
const BODY = new TextEncoder().encode('{"id":"evt_1"}');
const provider = stripe();

async function signed(timestamp = 1_000_000_000) {
  return Object.entries(await sign(provider, { secret: SECRET, body: BODY, timestamp }));
}

describe('verifySignature', () => {
  it('says who signed, and what time was signed, without judging the time', async () => {
    expect(await verifySignature({ headers: await signed(), body: BODY }, { provider, secrets: SECRET })).toEqual({
      verified: true,
      secretId: 'secret-1',
      timestamp: 1_000_000_000,
      id: undefined,
    });
  });

  it('tells the signed id', async () => {
    const options = { provider: standardWebhooks(), secrets: 'dGVzdC1zZWNyZXQtZm9yLXVuaXQtdGVzdHMtb25seQ==' };
    const headers = await sign(options.provider, { secret: options.secrets, body: BODY, id: 'msg_1', timestamp: 17 });
    expect(await verifySignature({ headers: Object.entries(headers), body: BODY }, options)).toMatchObject({
      verified: true,
      id: 'msg_1',
      timestamp: 17,
    });
  });

  it.each([
    ['missing-signature', []],
    ['missing-signature', [['stripe-signature', '']]],
    ['malformed-signature', [['stripe-signature', 't=1,v1=zz']]],
    ['malformed-signature', [['stripe-signature', ',,,']]],
    ['unsupported-scheme', [['stripe-signature', `t=1,v0=${'ab'.repeat(32)}`]]],
    ['malformed-timestamp', [['stripe-signature', `t=1e9,v1=${'ab'.repeat(32)}`]]],
    ['missing-timestamp', [['stripe-signature', `v1=${'ab'.repeat(32)}`]]],
    ['bad-signature', [['stripe-signature', `t=1,v1=${'ab'.repeat(32)}`]]],
  ] as const)('answers %s for %j', async (reason, headers) => {
    expect(await verifySignature({ headers, body: BODY }, { provider, secrets: SECRET })).toEqual({
      verified: false,
      reason,
    });
  });

  it('refuses two signature headers, even two equal ones', async () => {
    const headers = await signed();
    expect(
      await verifySignature({ headers: [...headers, ...headers], body: BODY }, { provider, secrets: SECRET }),
    ).toEqual({ verified: false, reason: 'duplicate-header' });
  });

  it('leaves out secrets whose time is over', async () => {
    const secrets = [{ id: 'old', value: SECRET, notAfter: '2020-01-01' }];
    const verdict = await verifySignature({ headers: await signed(), body: BODY }, { provider, secrets });
    expect(verdict.verified).toBe(false);
  });

  it('refuses options it would not keep, such as a tolerance: it does not look at the clock', async () => {
    const options = { provider, secrets: SECRET, toleranceSeconds: 300 };
    await expect(verifySignature({ headers: await signed(), body: BODY }, options)).rejects.toMatchObject({
      code: 'unknown-option',
      option: 'options.toleranceSeconds',
    });
  });

  it('throws for options that can never verify anything', async () => {
    const message = { headers: await signed(), body: BODY };
    await expect(verifySignature(message, { provider, secrets: '' })).rejects.toMatchObject({ code: 'blank-secret' });
    await expect(verifySignature(message, { provider, secrets: [] })).rejects.toMatchObject({ code: 'missing-secret' });
  });
});
