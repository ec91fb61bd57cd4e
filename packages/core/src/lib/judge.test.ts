import { describe, expect, it } from 'vitest';
import { liasonpay } from '../providers/liasonpay.ts';
import { slack } from '../providers/slack.ts';
import { compileVerification } from './config.ts';
import { type JudgedHead, judgeHead } from './head.ts';
import { judgeBody } from './judge.ts';
import type { Secrets } from './secrets.ts';
import { sign } from './sign.ts';

const NOW = 1_767_225_600;
const SECRET = 'test-secret-for-unit-tests-only';
const BODY = new TextEncoder().encode('{"event_id":"evt_1","event":{"type":"paid"}}');

async function judge(
  timestamp: number,
  options: {
    readonly body?: Uint8Array;
    readonly secrets?: Secrets;
    readonly signedWith?: string;
    readonly nowMs?: number;
  } = {},
) {
  const provider = slack();
  const config = compileVerification({ provider, secrets: options.secrets ?? SECRET }, () => undefined);
  const headers = await sign(provider, { secret: options.signedWith ?? SECRET, body: BODY, timestamp });
  const head = judgeHead({ method: 'POST', url: '/', headers: Object.entries(headers) }, config) as JudgedHead;
  return judgeBody(head, options.body ?? BODY, config, options.nowMs ?? NOW * 1000);
}

describe('judgeBody', () => {
  it.each([NOW, NOW - 301, NOW + 301, 0, 999_999_999_999_999])(
    'calls a forgery a forgery, whatever time it bears (%d): the signature comes before the clock',
    async (timestamp) => {
      const forged = await judge(timestamp, { signedWith: 'another-secret-for-unit-tests' });
      expect(forged).toMatchObject({ kind: 'refused', finding: { reason: 'bad-signature' } });
      const changed = await judge(timestamp, { body: Uint8Array.of(...BODY, 0x20) });
      expect(changed).toMatchObject({ kind: 'refused', finding: { reason: 'bad-signature' } });
    },
  );

  it('tells genuine and stale, genuine and ahead, from forged', async () => {
    expect(await judge(NOW - 301)).toMatchObject({ kind: 'untimely', finding: { reason: 'stale' } });
    expect(await judge(NOW + 301)).toMatchObject({ kind: 'untimely', finding: { reason: 'future' } });
    expect(await judge(NOW - 300)).toMatchObject({ kind: 'fresh' });
    expect(await judge(NOW + 300)).toMatchObject({ kind: 'fresh' });
  });

  it('compares whole seconds: the clock’s milliseconds make nothing stale', async () => {
    expect(await judge(NOW - 300, { nowMs: NOW * 1000 + 999 })).toMatchObject({ kind: 'fresh' });
    expect(await judge(NOW - 300, { nowMs: NOW * 1000 + 1000 })).toMatchObject({ kind: 'untimely' });
  });

  it('says which secret matched, and reads id and type of the verified body', async () => {
    const judged = await judge(NOW, {
      secrets: [
        { id: 'new', value: 'another-secret-for-unit-tests' },
        { id: 'old', value: SECRET },
      ],
    });
    expect(judged).toMatchObject({ kind: 'fresh', authentic: { secretId: 'old' } });
    if (judged.kind !== 'fresh') throw new Error('it was refused');
    expect([judged.authentic.id(), judged.authentic.type()]).toEqual(['evt_1', 'paid']);
  });

  it('believes a secret between its dates only, by the receiver’s clock', async () => {
    const secrets = [{ id: 'a', value: SECRET, notAfter: new Date(NOW * 1000) }];
    expect(await judge(NOW, { secrets })).toMatchObject({ kind: 'fresh' });
    expect(await judge(NOW, { secrets, nowMs: NOW * 1000 + 1 })).toMatchObject({
      kind: 'refused',
      finding: { reason: 'secret-unavailable' },
    });
    const withCurrent = [...secrets, { id: 'b', value: 'another-secret-for-unit-tests' }];
    expect(await judge(NOW, { secrets: withCurrent, nowMs: NOW * 1000 + 1 })).toMatchObject({
      kind: 'refused',
      finding: { reason: 'bad-signature' },
    });
  });

  it('has no clock for a scheme that signs no time', async () => {
    const provider = liasonpay({ format: 'plain' });
    const config = compileVerification({ provider, secrets: SECRET }, () => undefined);
    const headers = Object.entries(await sign(provider, { secret: SECRET, body: BODY }));
    const head = judgeHead({ method: 'POST', url: '/', headers }, config) as JudgedHead;
    for (const nowMs of [0, NOW * 1000, 8e15])
      expect(await judgeBody(head, BODY, config, nowMs)).toMatchObject({ kind: 'fresh' });
  });
});
