import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { liasonpay } from '../providers/liasonpay.ts';
import type { ClaimStore } from './claims/contract.ts';
import { memoryStore } from './claims/memory-store.ts';
import { createReceiver } from './receiver.ts';
import type { ReceiverOptions } from './receiver-options.ts';
import { sign } from './sign.ts';
import type { Delivery, SettledRecord, VerdictRecord } from './types.ts';

const SECRET = 'test-secret-for-unit-tests-only';
const NOW = 1_767_225_600;
const BODY = new TextEncoder().encode('{"event_type":"charge.completed"}');

/** A receiver over a store that can be broken. */
function open(options: Partial<ReceiverOptions> = {}) {
  const broken = { claim: false, complete: false, release: false };
  const real = memoryStore();
  const down = <Method extends 'claim' | 'complete' | 'release'>(method: Method): ClaimStore[Method] =>
    ((...values: never[]) =>
      broken[method]
        ? Promise.reject(new Error('the store is down'))
        : (real[method] as (...values: never[]) => unknown)(...values)) as ClaimStore[Method];
  const store: ClaimStore = { claim: down('claim'), complete: down('complete'), release: down('release') };
  const verdicts: VerdictRecord[] = [];
  const settled: SettledRecord[] = [];
  const receiver = createReceiver({
    provider: liasonpay(),
    secrets: SECRET,
    store,
    now: () => NOW * 1000,
    onVerdict: (record) => verdicts.push(record),
    onSettled: (record) => settled.push(record),
    ...options,
  });
  const handler = vi.fn((_delivery: Delivery): unknown => undefined);
  async function send({ timestamp = NOW, secret = SECRET } = {}) {
    const headers = Object.entries(await sign(liasonpay(), { secret, body: BODY, timestamp }));
    return receiver.handle(
      { head: { method: 'POST', url: '/', headers }, readBody: () => Promise.resolve(BODY) },
      handler,
    );
  }
  return { broken, real, verdicts, settled, handler, send };
}

const warnings: Error[] = [];
const collect = (warning: Error) => warnings.push(warning);
beforeEach(() => {
  warnings.length = 0;
  vi.spyOn(process, 'emitWarning').mockImplementation((message, options) => {
    collect(Object.assign(new Error(String(message)), options));
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('a source that is closed to store failures, the default', () => {
  it('is answered 503 with Retry-After while the store is down, and runs when it is back', async () => {
    const { broken, send, handler, verdicts } = open();
    broken.claim = true;
    const refused = await send();
    expect(refused.status).toBe(503);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(verdicts[0]).toMatchObject({ reason: 'store-unavailable', authentic: true, claimed: undefined });
    expect(handler).not.toHaveBeenCalled();
    broken.claim = false;
    expect(await send()).toMatchObject({ status: 200 });
    expect(handler.mock.calls[0]?.[0]).toMatchObject({ attempt: 1, previouslyStarted: false });
  });

  it('is answered 503 for a commit that failed, though the handler ran', async () => {
    const { broken, send, settled } = open();
    broken.complete = true;
    expect((await send()).status).toBe(503);
    expect(settled).toMatchObject([{ outcome: 'uncommitted', reason: 'store-unavailable' }]);
  });
});

describe("a source with storeFailure: 'open'", () => {
  it('runs without a claim while the store is down, and the delivery says so', async () => {
    const { broken, send, handler, verdicts, settled } = open({ storeFailure: 'open' });
    broken.claim = true;
    expect((await send()).status).toBe(200);
    expect(handler.mock.calls[0]?.[0]).toMatchObject({ claim: undefined, attempt: 1, previouslyStarted: false });
    expect(verdicts).toMatchObject([
      {
        outcome: 'accepted',
        claimed: false,
        error: new Error('the store is down'),
        detail: expect.stringContaining('storeFailure'),
      },
    ]);
    expect(settled).toMatchObject([{ outcome: 'unclaimed', reason: undefined }]);
    expect(warnings).toMatchObject([{ code: 'POSTERN_STORE', message: expect.stringContaining('without a claim') }]);
  });

  it('recovers by itself, and then sees repeats again', async () => {
    const { broken, send, handler } = open({ storeFailure: 'open' });
    broken.claim = true;
    await send();
    broken.claim = false;
    await send();
    await send();
    expect(handler).toHaveBeenCalledTimes(2);
    expect(handler.mock.calls[1]?.[0]).toHaveProperty('claim.key');
  });

  it('lets in no forgery and nothing stale: what cannot be told from a stranger stays out', async () => {
    const { broken, send, handler, verdicts } = open({ storeFailure: 'open' });
    broken.claim = true;
    expect((await send({ secret: 'another-test-secret-for-unit-tests' })).status).toBe(401);
    expect((await send({ timestamp: NOW - 301 })).status).toBe(503);
    expect((await send({ timestamp: NOW + 301 })).status).toBe(401);
    expect(verdicts.map(({ reason }) => reason)).toEqual(['bad-signature', 'store-unavailable', 'future']);
    expect(handler).not.toHaveBeenCalled();
  });

  it('acknowledges what was handled, though it could not be committed', async () => {
    const { broken, send, settled } = open({ storeFailure: 'open' });
    broken.complete = true;
    expect((await send()).status).toBe(200);
    expect(settled).toMatchObject([{ outcome: 'uncommitted', reason: 'store-unavailable' }]);
  });

  it('answers 503 for a handler that failed, claimed or not', async () => {
    const { broken, send, handler, settled } = open({ storeFailure: 'open' });
    handler.mockRejectedValue(new Error('no stock'));
    broken.claim = true;
    expect((await send()).status).toBe(503);
    broken.claim = false;
    expect((await send()).status).toBe(503);
    expect(settled.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['unclaimed', 'handler-failed'],
      ['released', 'handler-failed'],
    ]);
  });
});

it.each([null, true, 'closed ', 'Open', 0, ''])('refuses storeFailure %o at start-up', (storeFailure) => {
  expect(() => open({ storeFailure: storeFailure as 'open' })).toThrow(
    expect.objectContaining({ code: 'invalid-option', option: 'storeFailure' }),
  );
});

describe('the settings of a store', () => {
  it('are looked at once, after the first claim, and what was found is a warning', async () => {
    const check = vi.fn(async () => ['It evicts keys.', 'It is a replica.']);
    const { send } = open({ store: { ...memoryStore(), check } });
    expect(check).not.toHaveBeenCalled();
    await send();
    await send();
    await Promise.resolve();
    expect(check).toHaveBeenCalledTimes(1);
    expect(warnings).toMatchObject([{ code: 'POSTERN_STORE_SETTINGS', message: 'It evicts keys. It is a replica.' }]);
  });

  it('may be kept from us: nothing is lost by it', async () => {
    const throws = () => {
      throw new Error('NOPERM');
    };
    for (const check of [throws, () => Promise.reject(new Error('NOPERM')), async () => []]) {
      const { send } = open({ store: { ...memoryStore(), check } });
      expect((await send()).status).toBe(200);
    }
    expect(warnings).toEqual([]);
  });
});
