import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { github } from '../providers/github.ts';
import { memoryStore } from './claims/memory-store.ts';
import { createReceiver } from './receiver.ts';
import type { ReceiverOptions } from './receiver-options.ts';
import { sign } from './sign.ts';
import type { Delivery, SettledRecord, VerdictRecord } from './types.ts';

const SECRET = 'test-secret-for-unit-tests-only';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A receiver whose handler ends when it is told to. */
function open(options: Partial<ReceiverOptions> = {}) {
  const verdicts: VerdictRecord[] = [];
  const settled: SettledRecord[] = [];
  const running: { delivery: Delivery; end: (error?: Error) => void }[] = [];
  const receiver = createReceiver({
    provider: github(),
    secrets: SECRET,
    onVerdict: (record) => verdicts.push(record),
    onSettled: (record) => settled.push(record),
    ...options,
  });
  async function send(text: string, read?: () => Promise<Uint8Array>) {
    const body = new TextEncoder().encode(text);
    const headers = Object.entries(await sign(github(), { secret: SECRET, body }));
    return receiver.handle(
      { head: { method: 'POST', url: '/', headers }, readBody: read ?? (() => Promise.resolve(body)) },
      (delivery) =>
        new Promise<void>((resolve, reject) => {
          running.push({ delivery, end: (error) => (error ? reject(error) : resolve()) });
        }),
    );
  }
  /** Sends, and waits until the handler has begun. */
  async function begin(text: string) {
    const before = running.length;
    const answer = send(text);
    await vi.waitFor(() => expect(running.length).toBe(before + 1));
    const run = running[before];
    if (run === undefined) throw new Error('no handler began');
    return { answer, ...run };
  }
  return { receiver, verdicts, settled, running, send, begin };
}

describe('close()', () => {
  it('takes no new delivery: 503 with Retry-After, the body unread', async () => {
    const { receiver, send, running, verdicts } = open();
    expect(await receiver.close()).toEqual({ finished: 0, released: 0 });
    const read = vi.fn(() => Promise.resolve(new Uint8Array()));
    const answer = await send('{}', read);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(verdicts).toMatchObject([{ reason: 'draining' }]);
    expect(read).not.toHaveBeenCalled();
    expect(running).toEqual([]);
  });

  it('claims nothing for a delivery whose body was still on its way', async () => {
    const store = memoryStore();
    const { receiver, send, verdicts } = open({ store });
    let arrive: (body: Uint8Array) => void = () => {};
    const read = vi.fn(() => new Promise<Uint8Array>((resolve) => (arrive = resolve)));
    const answer = send('{}', read);
    await vi.waitFor(() => expect(read).toHaveBeenCalled());
    const closed = receiver.close();
    arrive(new TextEncoder().encode('{}'));
    expect((await answer).status).toBe(503);
    expect(verdicts).toMatchObject([{ reason: 'draining', authentic: true }]);
    expect(await closed).toEqual({ finished: 0, released: 0 });
    expect(store.stats().entries).toBe(0);
  });

  it('waits for the running handlers, and their events are committed', async () => {
    const { receiver, begin, settled } = open();
    const one = await begin('1');
    const two = await begin('2');
    const closed = receiver.close();
    one.end();
    two.end(new Error('no stock'));
    expect(await closed).toEqual({ finished: 2, released: 0 });
    expect([(await one.answer).status, (await two.answer).status]).toEqual([200, 503]);
    expect(settled.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['committed', undefined],
      ['released', 'handler-failed'],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives back at its deadline what still runs, aborts it, and lets no late end commit', async () => {
    const store = memoryStore();
    const { receiver, begin, settled } = open({ store });
    const { answer, delivery, end } = await begin('1');
    const closed = receiver.close({ deadlineMs: 2_000 });
    await vi.advanceTimersByTimeAsync(1_999);
    expect(delivery.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await closed).toEqual({ finished: 0, released: 1 });
    expect(delivery.signal.aborted).toBe(true);
    expect((await answer).status).toBe(503);
    end();
    await vi.advanceTimersByTimeAsync(1);
    expect(settled.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['released', 'draining'],
      ['late', undefined],
    ]);
    const { key } = delivery.claim ?? { key: '' };
    expect(await store.claim(key, { owner: 'next', leaseMs: 1, keepMs: 1 })).toMatchObject({ attempt: 2 });
  });

  it('waits for a handler that goes on after acknowledge()', async () => {
    const { receiver, begin } = open();
    const { answer, delivery, end } = await begin('1');
    delivery.acknowledge();
    expect((await answer).status).toBe(200);
    let over = false;
    const closed = receiver.close().then((drained) => {
      over = true;
      return drained;
    });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(over).toBe(false);
    expect(delivery.signal.aborted).toBe(false);
    end();
    expect(await closed).toEqual({ finished: 1, released: 0 });
  });

  it('does not wait beyond its deadline for a handler that goes on after acknowledge()', async () => {
    const { receiver, begin, settled } = open();
    const { delivery } = await begin('1');
    delivery.acknowledge();
    const closed = receiver.close({ deadlineMs: 1_000 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await closed).toEqual({ finished: 1, released: 0 });
    expect(settled).toMatchObject([{ outcome: 'committed' }]);
  });

  it('gives back a claim that came after the deadline', async () => {
    const real = memoryStore();
    let letThrough: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      letThrough = resolve;
    });
    const claim = vi.fn(async (...values: Parameters<typeof real.claim>) => {
      await gate;
      return real.claim(...values);
    });
    const { receiver, send, running, settled } = open({ store: { ...real, claim } });
    const answer = send('1');
    await vi.waitFor(() => expect(claim).toHaveBeenCalled());
    const closed = receiver.close({ deadlineMs: 1_000 });
    await vi.advanceTimersByTimeAsync(1_000);
    await closed;
    letThrough();
    expect((await answer).status).toBe(503);
    expect(settled).toMatchObject([{ outcome: 'released', reason: 'draining' }]);
    expect(running.map(({ delivery }) => delivery.signal.aborted)).not.toContain(false);
  });

  it('does not wait for a handler that goes on after its failure: nothing depends on it', async () => {
    const { receiver, begin } = open({ handlerTimeoutMs: 1_000 });
    const { answer, delivery } = await begin('1');
    delivery.fail();
    await answer;
    const hung = await begin('2');
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await hung.answer).status).toBe(503);
    expect(await receiver.close()).toEqual({ finished: 0, released: 0 });
  });

  it('answers a second call as the first', async () => {
    const { receiver, begin } = open();
    const { end } = await begin('1');
    const closed = Promise.all([receiver.close(), receiver.close({ deadlineMs: 1 })]);
    await vi.advanceTimersByTimeAsync(100);
    end();
    expect(await closed).toEqual([
      { finished: 1, released: 0 },
      { finished: 1, released: 0 },
    ]);
  });

  it.each([{ deadlineMs: 0 }, { deadlineMs: Number.NaN }, { deadlineMS: 5 }])('refuses %o', async (options) => {
    const { receiver } = open();
    await expect(receiver.close(options as { deadlineMs: number })).rejects.toHaveProperty(
      'name',
      'ConfigurationError',
    );
  });
});
