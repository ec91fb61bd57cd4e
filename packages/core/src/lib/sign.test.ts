import { describe, expect, it } from 'vitest';
import { github } from '../providers/github.ts';
import { liasonpay } from '../providers/liasonpay.ts';
import { shopify } from '../providers/shopify.ts';
import { slack } from '../providers/slack.ts';
import { standardWebhooks } from '../providers/standard-webhooks.ts';
import { stripe } from '../providers/stripe.ts';
import { sign } from './sign.ts';
import type { Provider } from './types.ts';
import { verify } from './verify.ts';

const SECRET = 'whsec_dGVzdC1zZWNyZXQtZm9yLXVuaXQtdGVzdHMtb25seQ==';
const OTHER = 'whsec_YW5vdGhlci1zZWNyZXQtZm9yLXVuaXQtdGVzdHM=';
const BODY = new TextEncoder().encode('{"amount":25.00}');
const NOW = 1_767_225_600;

const PROVIDERS: readonly [string, Provider][] = [
  ['github', github()],
  ['github, sha1', github({ algorithm: 'sha1' })],
  ['liasonpay', liasonpay()],
  ...(['timestamped', 'bare', 'plain', 'plain-liason', 'A', 'B', 'C', 'D'] as const).map(
    (format): [string, Provider] => [`liasonpay, ${format}`, liasonpay({ format })],
  ),
  ['shopify', shopify()],
  ['slack', slack()],
  ['standard-webhooks', standardWebhooks()],
  ['stripe', stripe()],
];

const capture = (headers: Record<string, string>, body: Uint8Array) => ({
  method: 'POST',
  url: '/',
  headers: Object.entries(headers),
  body,
});

describe.each(PROVIDERS)('sign for %s', (_, provider) => {
  const options = { provider, secrets: SECRET, now: () => NOW * 1000 };

  it.each([
    ['JSON', BODY],
    ['nothing', new Uint8Array()],
    ['all bytes', Uint8Array.from({ length: 256 }, (_unused, index) => index)],
    ['a byte order mark', Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)],
    ['names of the template', new TextEncoder().encode("{timestamp}.{body} $' $&")],
    ['a megabyte', new Uint8Array(1_048_576).fill(0x61)],
  ])('makes headers that verify over %s', async (_name, body) => {
    const headers = await sign(provider, { secret: SECRET, body, timestamp: NOW });
    expect(await verify(capture(headers, body), options)).toMatchObject({ outcome: 'accepted' });
  });

  it('makes headers that verify over no other bytes and under no other secret', async () => {
    const headers = await sign(provider, { secret: SECRET, body: BODY, timestamp: NOW });
    const refused = { outcome: 'rejected', reason: 'bad-signature', status: 401 };
    expect(await verify(capture(headers, Uint8Array.of(...BODY, 0x0a)), options)).toEqual(refused);
    expect(await verify(capture(headers, new TextEncoder().encode('{"amount":25}')), options)).toEqual(refused);
    expect(await verify(capture(headers, BODY), { ...options, secrets: OTHER })).toEqual(refused);
  });

  it('reads only headers that it says it reads', async () => {
    const headers = await sign(provider, { secret: SECRET, body: BODY, timestamp: NOW });
    expect(Object.keys(headers).sort()).toEqual([...provider.scheme.headers].sort());
  });
});

describe('sign', () => {
  it('signs with each of several secrets where the header has room, so that either verifies', async () => {
    for (const provider of [stripe(), standardWebhooks()]) {
      const headers = await sign(provider, { secret: [SECRET, OTHER], body: BODY, timestamp: NOW });
      for (const secrets of [SECRET, OTHER])
        expect(await verify(capture(headers, BODY), { provider, secrets, now: 'signed-time' })).toMatchObject({
          outcome: 'accepted',
        });
    }
  });

  it('refuses several secrets where the header has room for one', async () => {
    for (const provider of [github(), slack(), shopify(), liasonpay({ format: 'bare' })])
      await expect(sign(provider, { secret: [SECRET, OTHER], body: BODY })).rejects.toMatchObject({
        code: 'invalid-option',
        option: 'secret',
      });
  });

  it('signs text as its UTF-8 bytes, at the present, with a fresh id', async () => {
    const body = 'Zahlung: 25,00 €';
    const headers = await sign(standardWebhooks(), { secret: SECRET, body });
    const again = await sign(standardWebhooks(), { secret: SECRET, body });
    expect(headers['webhook-id']).not.toBe(again['webhook-id']);
    const verdict = await verify(capture(headers, new TextEncoder().encode(body)), {
      provider: standardWebhooks(),
      secrets: SECRET,
    });
    expect(verdict).toMatchObject({ outcome: 'accepted', delivery: { id: headers['webhook-id'] } });
  });

  it.each([
    [{ body: { amount: 25 } }, 'invalid-option', 'body'],
    [{ body: undefined }, 'invalid-option', 'body'],
    [{ timestamp: 1.5 }, 'invalid-option', 'timestamp'],
    [{ timestamp: -1 }, 'invalid-option', 'timestamp'],
    [{ timestamp: 1e15 }, 'invalid-option', 'timestamp'],
    [{ timestamp: Number.NaN }, 'invalid-option', 'timestamp'],
    [{ timestamp: '1767225600' }, 'invalid-option', 'timestamp'],
    [{ secret: undefined }, 'missing-secret', 'secrets'],
    [{ secret: '' }, 'blank-secret', 'secrets'],
    [{ secrets: SECRET }, 'unknown-option', 'options.secrets'],
  ])('refuses %o', async (changes, code, option) => {
    const options = { secret: SECRET, body: BODY, timestamp: NOW, ...changes } as Parameters<typeof sign>[1];
    await expect(sign(stripe(), options)).rejects.toMatchObject({ code, option });
  });

  it.each([
    ['with the separator', 'msg.1'],
    ['with a space', 'msg 1'],
    ['that is empty', ''],
    ['that is not ASCII', 'msg\u00e9'],
    ['with another header in it', 'a\r\nx-injected: 1'],
    ['that is too long', 'x'.repeat(257)],
  ])('does not sign an id %s, which its own verifier would refuse', async (_, id) => {
    await expect(sign(standardWebhooks(), { secret: SECRET, body: BODY, id })).rejects.toMatchObject({
      code: 'invalid-option',
      option: 'id',
    });
  });
});
