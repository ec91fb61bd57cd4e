import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { liasonpay } from '../providers/liasonpay.ts';
import type { Exchange } from './exchange.ts';
import { createReceiver } from './receiver.ts';
import { sign } from './sign.ts';
import type { SettledRecord, VerdictRecord } from './types.ts';

const SECRET = 'test-secret-test-secret-test-secret';
const BODY = new TextEncoder().encode('{"event_type":"payment.paid"}');

async function exchange(hooks: Pick<Exchange, 'onVerdict' | 'onSettled'>, secret = SECRET): Promise<Exchange> {
  const headers = Object.entries(await sign(liasonpay(), { secret, body: BODY }));
  return { head: { method: 'POST', url: '/', headers }, readBody: async () => BODY, ...hooks };
}

/** Both kinds of hook of one receiver, and what they were told. */
function open() {
  const told = { verdicts: [] as VerdictRecord[], settled: [] as SettledRecord[] };
  const here = { verdicts: [] as VerdictRecord[], settled: [] as SettledRecord[] };
  const receiver = createReceiver({
    provider: liasonpay(),
    secrets: SECRET,
    onVerdict: (record) => told.verdicts.push(record),
    onSettled: (record) => told.settled.push(record),
  });
  const hooks = {
    onVerdict: (record: VerdictRecord) => void here.verdicts.push(record),
    onSettled: (record: SettledRecord) => void here.settled.push(record),
  };
  return { told, here, receiver, hooks };
}

describe('a record', () => {
  it('is frozen: what one hook does to it, the next is not told', async () => {
    const heard: unknown[] = [];
    const meddle = (record: object) => void Object.assign(record, { outcome: 'accepted', reason: undefined });
    const receiver = createReceiver({ provider: liasonpay(), secrets: SECRET, onVerdict: meddle, onSettled: meddle });
    const hooks = {
      onVerdict: (record: VerdictRecord) => void heard.push(record),
      onSettled: (record: SettledRecord) => void heard.push(record),
    };
    await receiver.handle(await exchange(hooks, 'other-test-secret-other-test-secret'), () => undefined);
    await receiver.handle(await exchange(hooks), () => Promise.reject(new Error('no')));
    expect(heard).toMatchObject([
      { outcome: 'rejected', reason: 'bad-signature' },
      { outcome: 'accepted' },
      { outcome: 'released', reason: 'handler-failed' },
    ]);
    expect(heard.every((record) => Object.isFrozen(record))).toBe(true);
  });

  it('of a settled run says when it ended', async () => {
    const settled: SettledRecord[] = [];
    let now = 1_767_225_600_000;
    const receiver = createReceiver({
      provider: liasonpay(),
      secrets: SECRET,
      now: () => now,
      onSettled: (record) => settled.push(record),
    });
    const timestamp = now / 1000;
    const headers = Object.entries(await sign(liasonpay(), { secret: SECRET, body: BODY, timestamp }));
    const head = { method: 'POST', url: '/', headers };
    await receiver.handle({ head, readBody: async () => BODY }, () => {
      now += 250;
    });
    expect(settled).toMatchObject([{ at: 1_767_225_600_250, durationMs: 250 }]);
  });
});

describe('the hooks of one exchange', () => {
  it('are told what the options’ hooks are told, of that exchange alone', async () => {
    const { told, here, receiver, hooks } = open();
    await receiver.handle(await exchange(hooks), () => undefined);
    await receiver.handle(await exchange({}, 'other-test-secret-other-test-secret'), () => undefined);
    expect(told.verdicts.map(({ outcome }) => outcome)).toEqual(['accepted', 'rejected']);
    expect(here.verdicts).toEqual([told.verdicts[0]]);
    expect(here.settled).toEqual(told.settled);
    expect(here.settled.map(({ outcome }) => outcome)).toEqual(['committed']);
  });

  it('are told of refusals and of failures', async () => {
    const { here, receiver, hooks } = open();
    await receiver.handle(await exchange(hooks, 'other-test-secret-other-test-secret'), () => undefined);
    await receiver.handle(await exchange(hooks), () => Promise.reject(new Error('no')));
    expect(here.verdicts.map(({ reason }) => reason)).toEqual(['bad-signature', undefined]);
    expect(here.settled).toMatchObject([{ outcome: 'released', reason: 'handler-failed', error: new Error('no') }]);
  });

  it('that throw or reject change nothing, and the options’ hooks are told all the same', async () => {
    const { told, receiver } = open();
    const troubles = vi.fn();
    process.on('unhandledRejection', troubles);
    const throwing = () => {
      throw new Error('the log is full');
    };
    const rejecting = (async () => throwing()) as () => void;
    // A promise of another realm or library: `instanceof Promise` is false of it, and its rejection would end the process.
    const foreign = runInNewContext('async () => { throw new Error("the log is full"); }') as () => void;
    // biome-ignore lint/suspicious/noThenProperty: a promise of another library, which throws when it is waited for.
    const thenable = () => ({ then: throwing });
    const endless = () => new Promise(() => undefined);
    const blocking = () => {
      for (const start = performance.now(); performance.now() - start < 50; );
    };
    const hooks = [throwing, rejecting, foreign, thenable, endless, blocking];
    for (const hook of hooks) {
      const body = Uint8Array.from([...BODY, told.verdicts.length]);
      const headers = Object.entries(await sign(liasonpay(), { secret: SECRET, body }));
      const one = { head: { method: 'POST', url: '/', headers }, readBody: async () => body };
      const answer = await receiver.handle({ ...one, onVerdict: hook, onSettled: hook }, () => undefined);
      expect(answer.status).toBe(200);
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', troubles);
    expect(troubles).not.toHaveBeenCalled();
    expect([told.verdicts.length, told.settled.length]).toEqual([hooks.length, hooks.length]);
  });

  it('that reject are warned about as those that throw are: the record was lost', async () => {
    const codes: unknown[] = [];
    const hear = (warning: Error & { code?: string }) => void codes.push(warning.code);
    process.on('warning', hear);
    const rejecting = (async () => {
      throw new Error('the log is full');
    }) as () => void;
    const receiver = createReceiver({ provider: liasonpay(), secrets: SECRET, onVerdict: rejecting });
    await receiver.receive(await exchange({}));
    await vi.waitFor(() => expect(codes).toEqual(['POSTERN_HOOK']));
    process.off('warning', hear);
  });

  it('of the options that throw leave those of the exchange their record', async () => {
    const heard = vi.fn();
    const receiver = createReceiver({
      provider: liasonpay(),
      secrets: SECRET,
      onVerdict: () => {
        throw new Error('the log is full');
      },
    });
    await receiver.receive(await exchange({ onVerdict: heard }));
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it('are an ear: a refusal that only they hear is not warned about', async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error & { code?: string }) => {
      if (warning.code === 'POSTERN_REFUSALS') warnings.push(warning);
    };
    process.on('warning', hear);
    const forged = 'other-test-secret-other-test-secret';
    const deaf = () => createReceiver({ provider: liasonpay(), secrets: SECRET });
    await deaf().receive(await exchange({ onVerdict: () => undefined }, forged));
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toHaveLength(0);
    await deaf().receive(await exchange({}, forged));
    await vi.waitFor(() => expect(warnings).toHaveLength(1));
    process.off('warning', hear);
  });
});
