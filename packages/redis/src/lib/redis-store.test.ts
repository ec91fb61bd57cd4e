import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { redisStore } from '../index.ts';
import { WITHDRAW } from './scripts.ts';

describe('redisStore', () => {
  it.each([undefined, 'done', ['finished', 0], {}])(
    'throws for the answer %o, which no script of its own gives',
    async (answer) => {
      const store = redisStore({ evaluate: async () => answer });
      await expect(store.claim('key', { owner: 'a', leaseMs: 1, keepMs: 1 })).rejects.toThrow(/something else/);
    },
  );

  it('throws for an answer to complete or release that is neither yes nor no', async () => {
    const store = redisStore({ evaluate: async () => 'OK' });
    await expect(store.complete('key', 'a')).rejects.toThrow(/something else/);
    await expect(store.release('key', 'a')).rejects.toThrow(/something else/);
  });

  it('passes keys and owners as parameters, and never in the text of a script', async () => {
    const asked: unknown[][] = [];
    const store = redisStore({
      prefix: 'mine:',
      evaluate: async (...call) => {
        asked.push(call);
        return ['claimed', 1];
      },
    });
    await store.claim('a-key', { owner: 'an-owner', leaseMs: 1, keepMs: 2, material: 'digest' });
    const [[script, keys, args] = []] = asked;
    expect(String(script)).not.toMatch(/a-key|an-owner|digest|mine:/);
    expect([keys, args]).toEqual([['mine:a-key'], ['an-owner', '1', '2', 'digest', '0']]);
  });

  it('reads answers that come as bytes', async () => {
    const bytes = (text: string) => Buffer.from(text);
    const store = redisStore({ evaluate: async () => [bytes('claimed'), bytes('3')] });
    expect(await store.claim('key', { owner: 'a', leaseMs: 1, keepMs: 1 })).toEqual({
      claimed: true,
      attempt: 3,
      previouslyStarted: true,
    });
  });

  it('asks once more when the connection broke, and not when Redis has refused', async () => {
    for (const [message, times] of [
      ['Socket closed unexpectedly', 2],
      ['OOM command not allowed when used memory > maxmemory', 1],
    ] as const) {
      const asked: string[] = [];
      const store = redisStore({
        evaluate: async (script) => {
          if (script.includes('leaseMs')) asked.push(script);
          throw new Error(message);
        },
      });
      await expect(store.claim('key', { owner: 'a', leaseMs: 1, keepMs: 1 })).rejects.toThrow(message);
      expect(asked).toHaveLength(times);
    }
  });

  it('takes a claim back until Redis has heard of it, and no longer', async () => {
    const withdrawals: unknown[] = [];
    const store = redisStore({
      evaluate: async (script, keys, args) => {
        if (script === WITHDRAW) withdrawals.push([keys, args]);
        if (withdrawals.length === 2) return 1;
        throw new Error('Socket closed unexpectedly');
      },
    });
    await expect(store.claim('key', { owner: 'a', leaseMs: 60_000, keepMs: 60_000 })).rejects.toThrow();
    await expect.poll(() => withdrawals).toEqual(Array(2).fill([['postern:key'], ['a']]));
    await sleep(250);
    expect(withdrawals).toHaveLength(2);
  });

  it('takes nothing back from an owner that asked again after it had given up', async () => {
    const answers: ((answer: unknown) => void)[] = [];
    let withdrawals = 0;
    const store = redisStore({
      timeoutMs: 50,
      evaluate: (script) => {
        if (script === WITHDRAW) withdrawals++;
        return new Promise((resolve) => answers.push(resolve));
      },
    });
    const claim = () => store.claim('key', { owner: 'a', leaseMs: 60_000, keepMs: 60_000 });
    await expect(claim()).rejects.toThrow(/50 ms/);
    const again = claim();
    await setImmediate();
    for (const answer of answers) answer(['claimed', 1]);
    expect(await again).toMatchObject({ attempt: 1 });
    await sleep(150);
    expect(withdrawals).toBe(0);
  });

  it('takes nothing back when the lease is over: the event is free by itself', async () => {
    let withdrawals = 0;
    const store = redisStore({
      evaluate: async (script) => {
        if (script === WITHDRAW) withdrawals++;
        throw new Error('Socket closed unexpectedly');
      },
    });
    await expect(store.claim('key', { owner: 'a', leaseMs: 150, keepMs: 60_000 })).rejects.toThrow();
    await sleep(600);
    expect(withdrawals).toBeLessThanOrEqual(3);
  });
});
