import { describe, expect, it } from 'vitest';
import { createReceiver } from '../lib/receiver.ts';
import { sign } from '../lib/sign.ts';
import { verify } from '../lib/verify.ts';
import { stripe } from './stripe.ts';

const SECRET = 'whsec_test_secret_for_unit_tests_only';

describe('stripe', () => {
  it.each([
    'sk_live_0123456789abcdef',
    'sk_test_0123456789abcdef',
    'rk_live_0123456789abcdef',
    'rk_test_0123456789abcdef',
    'pk_live_0123456789abcdef',
    'pk_test_0123456789abcdef',
    'we_0123456789abcdef',
    'evt_0123456789abcdef',
  ])('refuses %s, which is no endpoint secret', (secrets) => {
    expect(() => createReceiver({ provider: stripe(), secrets })).toThrow(
      expect.objectContaining({ code: 'wrong-kind-secret' }),
    );
  });

  it('takes the whole whsec_ text for the key', async () => {
    const headers = Object.entries(await sign(stripe(), { secret: SECRET, body: '{}' }));
    const capture = { method: 'POST', url: '/', headers, body: new TextEncoder().encode('{}') };
    expect(await verify(capture, { provider: stripe(), secrets: SECRET })).toMatchObject({ outcome: 'accepted' });
    expect(await verify(capture, { provider: stripe(), secrets: SECRET.slice(6) })).toMatchObject({
      reason: 'bad-signature',
    });
  });

  it('believes no v0, right as it may be', async () => {
    const headers = await sign(stripe(), { secret: SECRET, body: '{}' });
    const header = (headers['stripe-signature'] ?? '').replace('v1=', 'v0=');
    const body = new TextEncoder().encode('{}');
    expect(
      await verify(
        { method: 'POST', url: '/', headers: [['stripe-signature', header]], body },
        { provider: stripe(), secrets: SECRET },
      ),
    ).toMatchObject({ reason: 'unsupported-scheme' });
  });

  it('refuses settings nobody reads', () => {
    expect(() => stripe({ tolerance: 300 } as never)).toThrow(
      expect.objectContaining({ code: 'unknown-option', option: 'stripe.tolerance' }),
    );
  });
});
