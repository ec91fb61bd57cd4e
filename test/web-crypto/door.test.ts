// What shows that this project runs on WebCrypto, and what the skipped tests ask, asked of it.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigurationError, createReceiver, type Delivery, hmac, memoryStore, sign, verify } from '@postern/core';
import { stripe } from '@postern/core/providers/stripe';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as door from '../../packages/core/src/lib/crypto.ts';
import * as twin from '../../packages/core/src/lib/crypto-web.ts';
import { ROOT } from '../workspace.ts';
import { UNSUITED } from './unsuited.ts';

const SECRET = 'test-secret-test-secret-test-secret';
const BODY = new TextEncoder().encode('{"type":"charge.succeeded"}');
const NOW = 1_767_225_600;

async function deliver() {
  const headers = await sign(stripe(), { secret: SECRET, body: BODY, timestamp: NOW });
  return { method: 'POST', url: '/', headers: Object.entries(headers), body: BODY };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the crypto door of this project', () => {
  it('is the twin', () => {
    expect(door.hmac).toBe(twin.hmac);
  });

  it('verifies with WebCrypto and never with node:crypto, one MAC a secret', async () => {
    const ofNode = vi.spyOn(Object.getPrototypeOf(createHmac('sha256', 'x')), 'digest');
    const ofWeb = vi.spyOn(crypto.subtle, 'sign');
    const capture = await deliver();
    ofWeb.mockClear();
    const [name, genuine] = capture.headers[0] ?? ['', ''];
    const headers: [string, string][] = [[name, `${genuine}${`,v1=${'ab'.repeat(32)}`.repeat(15)}`]];
    const secrets = ['test-other-test-other-test-other', 'test-third-test-third-test-third', SECRET];
    const verdict = await verify({ ...capture, headers }, { provider: stripe(), secrets, now: 'signed-time' });
    expect(verdict).toMatchObject({ outcome: 'accepted', delivery: { secretId: 'secret-3' } });
    expect(ofWeb).toHaveBeenCalledTimes(3);
    expect(ofNode).not.toHaveBeenCalled();
  });

  it('says which digests there are: a scheme with another one is refused when it is made', () => {
    const options = {
      encoding: 'hex',
      content: '{body}',
      signature: { header: 'x-signature', grammar: 'plain' },
    } as const;
    const digests = door.DIGEST_BYTES as Record<string, number>;
    const { sha1 = 0 } = digests;
    expect(hmac({ ...options, digest: 'sha1' }).kind).toBe('hmac');
    delete digests.sha1;
    try {
      expect(() => hmac({ ...options, digest: 'sha1' })).toThrow(ConfigurationError);
      expect(() => hmac({ ...options, digest: 'sha1' })).toThrow(
        expect.objectContaining({ code: 'invalid-provider', option: 'hmac.digest' }),
      );
    } finally {
      digests.sha1 = sha1;
    }
  });
});

describe('a receiver on WebCrypto', () => {
  it('runs one of many copies that come at once, and asks the others to come again', async () => {
    const receiver = createReceiver({
      provider: stripe(),
      secrets: SECRET,
      store: memoryStore(),
      now: () => NOW * 1000,
      onVerdict: () => undefined,
    });
    const head = await deliver();
    let end: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      end = resolve;
    });
    const handler = vi.fn((_: Delivery) => slow);
    const statuses: number[] = [];
    const all = Array.from({ length: 20 }, async () => {
      const { status } = await receiver.handle({ head, readBody: async () => BODY }, handler);
      statuses.push(status);
    });
    await vi.waitUntil(() => statuses.length === 19);
    expect(statuses).toEqual(Array.from({ length: 19 }, () => 503));
    end();
    await Promise.all(all);
    expect(statuses.at(-1)).toBe(200);
    expect(handler).toHaveBeenCalledTimes(1);
  });
});

it.each(UNSUITED)('$file still has the tests that are skipped here: $names', ({ file, names }) => {
  const text = readFileSync(ROOT + file, 'utf8');
  for (const name of names) expect(text).toContain(`('${name}', `);
});
