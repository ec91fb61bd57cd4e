import { describe, expect, it } from 'vitest';
import { createReceiver } from '../lib/receiver.ts';
import { sign } from '../lib/sign.ts';
import { verify } from '../lib/verify.ts';
import { type LiasonpaySettings, liasonpay } from './liasonpay.ts';

const SECRET = 'whsec_liasonpay_test_secret';
const BODY = new TextEncoder().encode('{"event_type":"charge.completed","data":{"amount":25.00}}');
const HEX = /^[0-9a-f]{64}$/;
const at = 1_767_225_600;

const signed = (settings: LiasonpaySettings) =>
  sign(liasonpay(settings), { secret: SECRET, body: BODY, timestamp: at });

describe('liasonpay', () => {
  it('writes its four formats as its documentation shows them', async () => {
    expect((await signed({}))['liasonpay-signature']).toMatch(/^t=1767225600,v1=[0-9a-f]{64}$/);
    expect((await signed({ format: 'bare' }))['liasonpay-signature']).toMatch(/^1767225600,[0-9a-f]{64}$/);
    expect((await signed({ format: 'plain' }))['liasonpay-signature']).toMatch(HEX);
    expect((await signed({ format: 'plain-liason' }))['liason-signature']).toMatch(HEX);
  });

  it.each([
    ['A', 'timestamped'],
    ['B', 'bare'],
    ['C', 'plain'],
    ['D', 'plain-liason'],
  ] as const)('has the letter %s for %s', async (letter, format) => {
    expect(await signed({ format: letter })).toEqual(await signed({ format }));
  });

  it('reads one format only: no delivery of another one passes', async () => {
    const formats = ['timestamped', 'bare', 'plain', 'plain-liason'] as const;
    for (const written of formats)
      for (const read of formats) {
        const headers = Object.entries(await signed({ format: written }));
        const verdict = await verify(
          { method: 'POST', url: '/', headers, body: BODY },
          { provider: liasonpay({ format: read }), secrets: SECRET, now: () => at * 1000 },
        );
        expect(verdict.outcome, `${written} read as ${read}`).toBe(written === read ? 'accepted' : 'rejected');
      }
  });

  it('verifies an honest 25.00, which a parser would write as 25', async () => {
    const headers = Object.entries(await signed({}));
    const options = { provider: liasonpay(), secrets: SECRET, now: () => at * 1000 };
    expect(await verify({ method: 'POST', url: '/', headers, body: BODY }, options)).toMatchObject({
      outcome: 'accepted',
      delivery: { type: 'charge.completed', id: undefined },
    });
    const rewritten = new TextEncoder().encode(JSON.stringify(JSON.parse(new TextDecoder().decode(BODY))));
    expect(await verify({ method: 'POST', url: '/', headers, body: rewritten }, options)).toMatchObject({
      reason: 'bad-signature',
    });
  });

  it.each([
    [{ format: 'E' }, 'invalid-option', 'liasonpay.format'],
    [{ format: 'a' }, 'invalid-option', 'liasonpay.format'],
    [{ format: 'constructor' }, 'invalid-option', 'liasonpay.format'],
    [{ formats: 'A' }, 'unknown-option', 'liasonpay.formats'],
    [{ toleranceSeconds: 0 }, 'invalid-tolerance', 'toleranceSeconds'],
    [{ format: 'C', toleranceSeconds: 300 }, 'invalid-tolerance', 'toleranceSeconds'],
    [{ format: 'D', toleranceSeconds: 300 }, 'invalid-tolerance', 'toleranceSeconds'],
  ])('refuses %o', (settings, code, option) => {
    expect(() => liasonpay(settings as LiasonpaySettings)).toThrow(expect.objectContaining({ code, option }));
  });

  it.each(['', 'changeme', 'your_webhook_secret', `${SECRET} `])('refuses the secret %j', (secrets) => {
    expect(() => createReceiver({ provider: liasonpay(), secrets })).toThrow(
      expect.objectContaining({ name: 'ConfigurationError' }),
    );
  });
});
