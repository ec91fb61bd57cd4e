import { afterEach, describe, expect, it, vi } from 'vitest';
import { liasonpay } from '../providers/liasonpay.ts';
import type { Exchange } from './exchange.ts';
import { fromEnv } from './from-env.ts';
import { createReceiver } from './receiver.ts';
import { sign } from './sign.ts';
import type { VerdictRecord } from './types.ts';

const SECRET = 'test-secret-test-secret-test-secret';
const OLD = 'old-test-secret-old-test-secret-old';
const BODY = new TextEncoder().encode('{"event_type":"payment.paid"}');
const late = { secretsAtFirstDelivery: true };

afterEach(() => vi.unstubAllEnvs());

async function exchange(secret = SECRET, method = 'POST'): Promise<Exchange & { reads: number }> {
  const headers = Object.entries(await sign(liasonpay(), { secret, body: BODY }));
  const one = {
    reads: 0,
    head: { method, url: '/', headers },
    async readBody() {
      one.reads++;
      return BODY;
    },
  };
  return one;
}

describe('secrets that are read at the first delivery', () => {
  it('are not read when the receiver is made', () => {
    vi.stubEnv('LATE_SECRET', undefined);
    const read = vi.fn(() => [{ id: 'mine', value: SECRET }]);
    createReceiver({ provider: liasonpay(), secrets: fromEnv('LATE_SECRET') }, late);
    createReceiver({ provider: liasonpay(), secrets: [fromEnv('LATE_SECRET'), OLD] }, late);
    createReceiver({ provider: liasonpay(), secrets: { read } }, late);
    expect(read).not.toHaveBeenCalled();
  });

  it('are read when it is made, where nobody asked for that', () => {
    vi.stubEnv('LATE_SECRET', undefined);
    for (const traits of [undefined, {}, { secretsAtFirstDelivery: false }])
      expect(() => createReceiver({ provider: liasonpay(), secrets: fromEnv('LATE_SECRET') }, traits)).toThrowError(
        expect.objectContaining({ code: 'missing-variable', option: 'LATE_SECRET' }),
      );
  });

  it('are read once, when they can be had', async () => {
    const read = vi.fn(() => [{ id: 'mine', value: SECRET }]);
    const receiver = createReceiver({ provider: liasonpay(), secrets: { read } }, late);
    for (let i = 0; i < 3; i++) await receiver.receive(await exchange());
    expect(read).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['missing', undefined, 'LATE_SECRET'],
    ['blank', '', 'LATE_SECRET'],
    ['padded', `${SECRET}\n`, 'LATE_SECRET'],
    ['a placeholder', 'changeme', 'LATE_SECRET'],
  ])(
    'are our mistake where they are %s: 500, the variable named, the body unread, until it is mended',
    async (_, value, name) => {
      vi.stubEnv('LATE_SECRET', value);
      const verdicts: VerdictRecord[] = [];
      const receiver = createReceiver(
        { provider: liasonpay(), secrets: fromEnv('LATE_SECRET'), onVerdict: (record) => verdicts.push(record) },
        late,
      );
      const refused = await exchange();
      const reception = await receiver.receive(refused);
      expect(reception).toMatchObject({ outcome: 'rejected', reason: 'misconfigured', answer: { status: 500 } });
      expect(refused.reads).toBe(0);
      expect(verdicts[0]?.detail).toContain(name);
      expect(JSON.stringify(verdicts)).not.toContain(SECRET);

      vi.stubEnv('LATE_SECRET', SECRET);
      expect(await receiver.receive(await exchange())).toMatchObject({ outcome: 'accepted' });
    },
  );

  it('are not asked for by what the head alone refuses', async () => {
    const read = vi.fn(() => [{ id: 'mine', value: SECRET }]);
    const receiver = createReceiver({ provider: liasonpay(), secrets: { read } }, late);
    expect(await receiver.receive(await exchange(SECRET, 'GET'))).toMatchObject({ reason: 'method-not-allowed' });
    expect(read).not.toHaveBeenCalled();
  });

  it('are both there during a rotation', async () => {
    vi.stubEnv('LATE_SECRET', SECRET);
    vi.stubEnv('LATE_SECRET_OLD', OLD);
    const secrets = fromEnv('LATE_SECRET', { previous: 'LATE_SECRET_OLD' });
    // Two receivers: the second delivery is a copy of the first, under another secret.
    const [one, other] = [0, 1].map(() => createReceiver({ provider: liasonpay(), secrets: [secrets] }, late));
    expect(await one?.receive(await exchange(OLD))).toMatchObject({ delivery: { secretId: 'LATE_SECRET_OLD' } });
    expect(await other?.receive(await exchange())).toMatchObject({ delivery: { secretId: 'LATE_SECRET' } });
  });

  it('do not put off what can be refused now', () => {
    const make = (options: object) => () => createReceiver({ provider: liasonpay(), ...options } as never, late);
    expect(make({})).toThrowError(expect.objectContaining({ code: 'missing-secret' }));
    expect(make({ secrets: [] })).toThrowError(expect.objectContaining({ code: 'missing-secret' }));
    expect(make({ secrets: 'changeme' })).toThrowError(expect.objectContaining({ code: 'placeholder-secret' }));
    expect(make({ secrets: fromEnv('LATE_SECRET'), maxBodyBytes: -1 })).toThrowError(
      expect.objectContaining({ option: 'maxBodyBytes' }),
    );
  });

  it('that a source of one’s own cannot give are a 500 too, whatever it throws', async () => {
    const failing = {
      read() {
        throw new Error('the vault is sealed');
      },
    };
    const receiver = createReceiver({ provider: liasonpay(), secrets: failing as never, onVerdict: () => {} }, late);
    expect(await receiver.receive(await exchange())).toMatchObject({ reason: 'misconfigured' });
  });
});
