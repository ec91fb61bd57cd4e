import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { liasonpay } from '../../providers/liasonpay.ts';
import { fromEnv } from '../from-env.ts';
import { createReceiver } from '../receiver.ts';
import type { ReceiverOptions } from '../receiver-options.ts';
import { alwaysValid, type SecretEntry } from '../secrets.ts';
import { sign } from '../sign.ts';
import { secretRegistry } from './secret-registry.ts';
import { createSecretWatch, type SecretRecord } from './secret-watch.ts';
import { secretsFrom } from './secrets-from.ts';

const OLD = 'old-test-secret-old-test-secret-old';
const NEW = 'new-test-secret-new-test-secret-new';
const START = 1_767_225_600_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** For how long the provider repeats what it sent. */
const HORIZON = liasonpay().retryHours * HOUR;

let now: number;
let bodies: number;
let records: SecretRecord[];
let warned: { message: string; code: string }[];

beforeEach(() => {
  now = START;
  bodies = 0;
  records = [];
  warned = [];
  vi.spyOn(process, 'emitWarning').mockImplementation(((message: string, { code }: { code: string }) =>
    warned.push({ message, code })) as never);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function open(secrets: ReceiverOptions['secrets'], options: Partial<ReceiverOptions> = {}) {
  const receiver = createReceiver({
    provider: liasonpay(),
    secrets,
    now: () => now,
    onVerdict: () => undefined,
    onSecret: (record) => records.push(record),
    ...options,
  });
  const deliver = async (secret: string, url = '/') => {
    const body = new TextEncoder().encode(`{"event_type":"payment.paid","n":${bodies++}}`);
    const headers = Object.entries(await sign(liasonpay(), { secret, body, timestamp: Math.floor(now / 1000) }));
    const exchange = { head: { method: 'POST', url, headers }, readBody: async () => body };
    return (await receiver.handle(exchange, () => undefined)).status;
  };
  return { receiver, deliver };
}

const changes = () => records.map(({ change, secretId }) => `${change} ${secretId}`);
const both: readonly SecretEntry[] = [
  { id: 'new', value: NEW },
  { id: 'old', value: OLD },
];

describe('the use of secrets', () => {
  it('is listed by id, with dates and without values, from the start', async () => {
    const notAfter = new Date(START + 30 * DAY);
    const { receiver, deliver } = open([
      { id: 'new', value: NEW },
      { id: 'old', value: OLD, notBefore: '2020-01-01', notAfter },
    ]);
    const unused = {
      tenant: undefined,
      lastUsedAt: undefined,
      deliveries: 0,
      notBefore: undefined,
      notAfter: undefined,
    };
    const dates = { notBefore: Date.parse('2020-01-01'), notAfter: notAfter.getTime() };
    expect(receiver.secrets()).toEqual([
      { ...unused, id: 'new' },
      { ...unused, id: 'old', ...dates },
    ]);
    await deliver(OLD);
    now += HOUR;
    await deliver(OLD);
    await deliver('forged-test-secret-forged-test-secret');
    expect(receiver.secrets()).toEqual([
      { ...unused, id: 'new' },
      { ...unused, id: 'old', ...dates, deliveries: 2, lastUsedAt: START + HOUR },
    ]);
    expect(JSON.stringify(receiver.secrets())).not.toContain('test-secret');
  });

  it('is listed by tenant, for those that were found', async () => {
    const { receiver, deliver } = open(
      secretsFrom((_head, tenant) => ({ id: 'key', value: `${OLD}-${tenant}` }), {
        tenant: (head) => head.path.slice(1),
      }),
    );
    expect(receiver.secrets()).toEqual([]);
    await deliver(`${OLD}-acme`, '/acme');
    await deliver(`${OLD}-globex`, '/globex');
    await deliver(`${OLD}-acme`, '/acme');
    expect(
      receiver
        .secrets()
        .map(({ id, tenant, deliveries }) => [tenant, id, deliveries])
        .sort(),
    ).toEqual([
      ['acme', 'key', 2],
      ['globex', 'key', 1],
    ]);
  });

  it('can be asked for while the environment has none yet', () => {
    vi.stubEnv('LATE_SECRET', undefined);
    const receiver = createReceiver(
      { provider: liasonpay(), secrets: fromEnv('LATE_SECRET') },
      { secretsAtFirstDelivery: true },
    );
    expect(receiver.secrets()).toEqual([]);
  });
});

describe('a function that answers something else than before', () => {
  it('makes a record of what was added, removed and replaced, and of nothing else', async () => {
    let answer: readonly SecretEntry[] = [{ id: 'old', value: OLD }];
    const { deliver } = open(secretsFrom(() => answer, { freshSeconds: 1 }));
    await deliver(OLD);
    now += 1000;
    await deliver(OLD);
    expect(changes()).toEqual([]);
    answer = both;
    now += 1000;
    await deliver(OLD);
    expect(changes()).toEqual(['added new']);
    answer = [{ id: 'new', value: NEW }];
    now += 1000;
    await deliver(NEW);
    expect(changes()).toEqual(['added new', 'removed old']);
    answer = [{ id: 'new', value: `${NEW}-2` }];
    now += 1000;
    await deliver(`${NEW}-2`);
    expect(changes()).toEqual(['added new', 'removed old', 'replaced new']);
    answer = [];
    now += 1000;
    await deliver(NEW);
    expect(changes().at(-1)).toBe('removed new');
    expect(records[0]).toMatchObject({
      at: START + 2000,
      provider: 'liasonpay',
      endpoint: 'liasonpay',
      secretId: 'new',
    });
    expect(JSON.stringify(records)).not.toContain('test-secret');
  });

  it('makes them after everything was to be forgotten, too', async () => {
    let answer = OLD;
    const secrets = secretsFrom(() => ({ id: 'key', value: answer }));
    const { deliver } = open(secrets);
    await deliver(OLD);
    answer = NEW;
    secrets.invalidate();
    await deliver(NEW);
    expect(changes()).toEqual(['replaced key']);
  });

  it('makes none of a failure', async () => {
    let down = false;
    const { deliver } = open(secretsFrom(() => (down ? Promise.reject(new Error('down')) : OLD), { freshSeconds: 1 }));
    await deliver(OLD);
    down = true;
    now += 1000;
    await deliver(OLD);
    down = false;
    now += 1000;
    await deliver(OLD);
    expect(changes()).toEqual([]);
  });
});

describe('a secret that has an end', () => {
  it('is said to run out seven days before, once a day, and then to have run out, once', async () => {
    const end = START + 10 * DAY;
    const { deliver } = open([
      { id: 'new', value: NEW },
      { id: 'old', value: OLD, notAfter: new Date(end) },
    ]);
    await deliver(NEW);
    now = end - 7 * DAY - 1;
    await deliver(NEW);
    expect(changes()).toEqual([]);
    now++;
    for (let n = 0; n < 3; n++) await deliver(NEW);
    now += DAY;
    await deliver(NEW);
    expect(records.filter(({ change }) => change === 'expiring')).toMatchObject([
      { secretId: 'old', notAfter: end, at: end - 7 * DAY },
      { at: end - 6 * DAY },
    ]);
    now = end + 1;
    for (let n = 0; n < 3; n++) await deliver(NEW);
    expect(changes().filter((one) => one.startsWith('expired'))).toEqual(['expired old']);
  });
});

describe('a rotation', () => {
  it('is followed: the old one in use, once a day, and safe to remove when the sender cannot repeat it any more', async () => {
    const { deliver } = open(both);
    await deliver(OLD);
    await deliver(OLD);
    expect(changes()).toEqual([]);
    await deliver(NEW);
    await deliver(OLD);
    await deliver(OLD);
    expect(changes()).toEqual(['old-in-use old']);
    now += DAY;
    await deliver(OLD);
    expect(changes()).toEqual(['old-in-use old', 'old-in-use old']);
    const lastUse = now;
    now = lastUse + HORIZON - 1;
    await deliver(NEW);
    expect(changes()).toHaveLength(2);
    now++;
    await deliver(NEW);
    await deliver(NEW);
    expect(changes().slice(2)).toEqual(['safe-to-remove old']);
    expect(records[2]).toMatchObject({ lastUsedAt: lastUse });
    // It was not, after all; and then it is again.
    await deliver(OLD);
    now += HORIZON;
    await deliver(NEW);
    expect(changes().at(-1)).toBe('safe-to-remove old');
    expect(changes().filter((one) => one.startsWith('safe'))).toHaveLength(2);
  });

  it('that the sender never made is noticed: the new one is unused', async () => {
    const { deliver } = open(both);
    await deliver(OLD);
    now += DAY;
    await deliver(OLD);
    expect(changes()).toEqual(['old-in-use old']);
    now = START + HORIZON;
    await deliver(OLD);
    expect(changes()).toContain('unused new');
    expect(changes().some((one) => one.startsWith('safe'))).toBe(false);
  });

  it('takes the one that begins later for the newer, wherever it stands', async () => {
    const { deliver } = open([
      { id: 'old', value: OLD, notBefore: '2024-01-01' },
      { id: 'new', value: NEW, notBefore: '2025-01-01' },
    ]);
    await deliver(NEW);
    await deliver(OLD);
    expect(changes()).toEqual(['old-in-use old']);
  });

  it('of one tenant says nothing of another’s', async () => {
    const { deliver } = open([
      { id: 'a', value: NEW, tenant: 'acme' },
      { id: 'b', value: OLD, tenant: 'globex' },
    ]);
    await deliver(NEW);
    await deliver(OLD);
    now += HORIZON;
    await deliver(NEW);
    await deliver(OLD);
    expect(changes()).toEqual([]);
  });
});

describe('one value in two places', () => {
  it('is noticed over the receivers of one registry, and names both and no value', async () => {
    const registry = secretRegistry();
    const live = open({ id: 'live', value: OLD }, { endpoint: 'live', secretRegistry: registry });
    const test = open(() => ({ id: 'test', value: OLD }), { endpoint: 'test', secretRegistry: registry });
    await live.deliver(OLD);
    await test.deliver(OLD);
    await vi.waitFor(() => expect(changes().sort()).toEqual([expect.stringMatching(/^shared (live|test)$/)]));
    expect(new Set([records[0]?.endpoint, records[0]?.sharedWith?.endpoint])).toEqual(new Set(['live', 'test']));
    await live.deliver(OLD);
    await test.deliver(OLD);
    expect(records).toHaveLength(1);
    expect(JSON.stringify([records, registry])).not.toContain('test-secret');
  });

  it('is noticed between tenants of one receiver without any', async () => {
    const { deliver } = open(secretsFrom(() => ({ id: 'key', value: OLD }), { tenant: (head) => head.path.slice(1) }));
    await deliver(OLD, '/acme');
    await deliver(OLD, '/globex');
    expect(records).toMatchObject([
      { change: 'shared', tenant: 'globex', sharedWith: { tenant: 'acme', secretId: 'key', endpoint: 'liasonpay' } },
    ]);
  });

  it('is nothing where a second receiver guards the same endpoint, and where registries are two', async () => {
    const registry = secretRegistry();
    await open(OLD, { secretRegistry: registry }).deliver(OLD);
    await open(OLD, { secretRegistry: registry }).deliver(OLD);
    await open(OLD, { endpoint: 'other' }).deliver(OLD);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(records).toEqual([]);
  });

  it('is looked for in what is a registry, and nothing else is taken for one', () => {
    expect(() => open(OLD, { secretRegistry: {} as never })).toThrowError(
      expect.objectContaining({ option: 'secretRegistry' }),
    );
  });
});

describe('the hook', () => {
  it('that throws or rejects harms no delivery', async () => {
    const troubles = vi.fn();
    process.on('unhandledRejection', troubles);
    const throwing = () => {
      throw new Error('the log is full');
    };
    const rejecting = (async () => throwing()) as () => void;
    // A promise of another realm or library: `instanceof Promise` is false of it, and its rejection would end the process.
    const foreign = runInNewContext('async () => { throw new Error("the log is full"); }') as () => void;
    for (const onSecret of [throwing, rejecting, foreign]) {
      const { deliver } = open(both, { onSecret });
      expect([await deliver(NEW), await deliver(OLD)]).toEqual([200, 200]);
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
    process.off('unhandledRejection', troubles);
    expect(troubles).not.toHaveBeenCalled();
    expect(warned.map(({ code }) => code)).toContain('POSTERN_HOOK');
  });

  it('that is no function is refused', () => {
    expect(() => open(OLD, { onSecret: 'log' as never })).toThrowError(expect.objectContaining({ option: 'onSecret' }));
  });

  it('that is absent leaves warnings of what needs a person', async () => {
    const { deliver } = open(
      [
        { id: 'new', value: NEW },
        { id: 'old', value: OLD, notAfter: new Date(START + HORIZON + 2 * DAY) },
      ],
      { onSecret: undefined },
    );
    await deliver(NEW);
    await deliver(OLD);
    expect(warned.filter(({ code }) => code === 'POSTERN_SECRET_EXPIRING')).toMatchObject([
      { message: expect.stringContaining('"old" counts until') },
    ]);
    now += HORIZON;
    await deliver(OLD);
    now += DAY;
    await deliver(OLD);
    expect(warned.filter(({ code }) => code === 'POSTERN_OLD_SECRET')).toHaveLength(2);
    const shared = open(
      secretsFrom(() => OLD, { tenant: (head) => head.path.slice(1) }),
      { onSecret: undefined },
    );
    await shared.deliver(OLD, '/acme');
    await shared.deliver(OLD, '/globex');
    expect(warned.at(-1)).toMatchObject({ code: 'POSTERN_SHARED_SECRET' });
    expect(JSON.stringify(warned)).not.toContain('test-secret');
  });
});

describe('many secrets', () => {
  it('are followed within bounds: those that were longest unused go', () => {
    const watch = createSecretWatch({
      hook: () => undefined,
      registry: undefined,
      warn: () => undefined,
      now: () => now,
    });
    for (let n = 0; n < 20_000; n++) {
      const secret = { ...alwaysValid({ id: 'key', key: undefined, bytes: 32 }), tenant: `t${n}` };
      watch.used({ secretId: 'key', tenant: `t${n}` }, [secret], now);
    }
    const report = watch.report([]);
    expect(report).toHaveLength(10_000);
    expect(report[0]?.tenant).toBe('t10000');
  });
});
