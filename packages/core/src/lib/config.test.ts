import { describe, expect, it } from 'vitest';
import { github } from '../providers/github.ts';
import { stripe } from '../providers/stripe.ts';
import { compileReceiver } from './config.ts';
import { createReceiver } from './receiver.ts';
import type { ReceiverOptions } from './receiver-options.ts';
import { defineProvider } from './scheme/define-provider.ts';
import { hmac } from './scheme/hmac.ts';

const SECRET = 'test-secret-for-unit-tests-only';

const options = (changes: object = {}) => ({ provider: stripe(), secrets: SECRET, ...changes }) as ReceiverOptions;

describe('createReceiver', () => {
  it.each([
    [{ provider: undefined }, 'missing-option', 'provider'],
    [{ provider: stripe }, 'invalid-option', 'provider'],
    [{ provider: null }, 'invalid-option', 'provider'],
    [{ provider: {} }, 'invalid-option', 'provider'],
    [{ provider: 'stripe' }, 'invalid-option', 'provider'],
    [{ secrets: undefined }, 'missing-secret', 'secrets'],
    [{ secrets: '' }, 'blank-secret', 'secrets'],
    [{ secret: SECRET }, 'unknown-option', 'options.secret'],
    [{ toleranceSecond: 300 }, 'unknown-option', 'options.toleranceSecond'],
    [{ toleranceSeconds: 0 }, 'invalid-tolerance', 'toleranceSeconds'],
    [{ toleranceSeconds: Number.NaN }, 'invalid-tolerance', 'toleranceSeconds'],
    [{ toleranceSeconds: -1 }, 'invalid-tolerance', 'toleranceSeconds'],
    [{ toleranceSeconds: Number.POSITIVE_INFINITY }, 'invalid-tolerance', 'toleranceSeconds'],
    [{ toleranceSeconds: '300' }, 'invalid-tolerance', 'toleranceSeconds'],
    [{ toleranceSeconds: null }, 'invalid-tolerance', 'toleranceSeconds'],
    [{ provider: github(), toleranceSeconds: 300 }, 'invalid-tolerance', 'toleranceSeconds'],
    [{ maxBodyBytes: 0 }, 'invalid-limit', 'maxBodyBytes'],
    [{ maxBodyBytes: '1mb' }, 'invalid-limit', 'maxBodyBytes'],
    [{ bodyTimeoutMs: 0 }, 'invalid-limit', 'bodyTimeoutMs'],
    [{ bodyTimeoutMs: Number.POSITIVE_INFINITY }, 'invalid-limit', 'bodyTimeoutMs'],
    [{ handlerTimeoutMs: 2 ** 31 }, 'invalid-limit', 'handlerTimeoutMs'],
    [{ handlerTimeoutMs: -1 }, 'invalid-limit', 'handlerTimeoutMs'],
    [{ maxHeldBytes: 1.5 }, 'invalid-limit', 'maxHeldBytes'],
    [{ keepHours: 0 }, 'invalid-limit', 'keepHours'],
    [{ allow: [] }, 'empty-allowlist', 'allow'],
    [{ allow: '192.0.2.1' }, 'empty-allowlist', 'allow'],
    [{ allow: ['192.0.2.0/0'] }, 'invalid-address', 'allow[0]'],
    [{ allow: ['192.0.2.1/24'] }, 'invalid-address', 'allow[0]'],
    [{ endpoint: 'a b' }, 'invalid-option', 'endpoint'],
    [{ endpoint: '' }, 'invalid-option', 'endpoint'],
    [{ store: {} }, 'invalid-option', 'store'],
    [{ store: { claim: () => undefined, complete: () => undefined } }, 'invalid-option', 'store'],
    [{ schema: {} }, 'invalid-option', 'schema'],
    [{ schema: null }, 'invalid-option', 'schema'],
    [{ eventId: '' }, 'invalid-option', 'eventId'],
    [{ eventId: { json: 'id' } }, 'invalid-option', 'eventId'],
    [{ eventId: 'a..b' }, 'invalid-option', 'eventId'],
    [{ now: 1_767_225_600 }, 'invalid-option', 'now'],
    [{ onVerdict: 'log' }, 'invalid-option', 'onVerdict'],
    [{ onSettled: {} }, 'invalid-option', 'onSettled'],
  ])('refuses %o', (changes, code, option) => {
    expect(() => createReceiver(options(changes))).toThrow(expect.objectContaining({ code, option }));
  });

  it('refuses no options', () => {
    for (const value of [undefined, null, 'x'])
      expect(() => createReceiver(value as unknown as ReceiverOptions)).toThrow(
        expect.objectContaining({ code: 'invalid-option', option: 'options' }),
      );
  });

  it('says that a provider is called, to who passes the function', () => {
    expect(() => createReceiver(options({ provider: stripe }))).toThrow(/stripe\(\)/);
  });

  it('refuses an event id in a body that is not signed', () => {
    const provider = defineProvider({
      name: 'acme',
      toleranceSeconds: 300,
      scheme: hmac({
        digest: 'sha256',
        encoding: 'hex',
        content: '{timestamp}',
        signature: { header: 'x-signature', grammar: 'pairs', timestamp: 't', signatures: 'v1' },
      }),
    });
    expect(() => createReceiver(options({ provider, eventId: 'id' }))).toThrow(
      expect.objectContaining({ code: 'invalid-option', option: 'eventId' }),
    );
  });
});

describe('compileReceiver', () => {
  it('has the defaults it documents', () => {
    const { store, checkStore, now, warn, watch, secrets, provider, findSource, ...rest } = compileReceiver(options());
    expect(rest).toEqual({
      tolerance: { past: 300, future: 300 },
      maxBodyBytes: 1_048_576,
      schema: undefined,
      eventId: { json: 'id' },
      endpoint: 'stripe',
      bodyTimeoutMs: 10_000,
      maxHeldBytes: 268_435_456,
      allow: undefined,
      storeFailure: 'closed',
      keepMs: 72 * 3_600_000,
      handlerTimeoutMs: 30_000,
      onVerdict: undefined,
      onSettled: undefined,
    });
  });

  it('never remembers for less than the replay window', () => {
    const week = 604_800;
    expect(compileReceiver(options({ keepHours: 1, toleranceSeconds: week })).keepMs).toBe((2 * week + 600) * 1000);
    expect(compileReceiver(options({ keepHours: 1, toleranceSeconds: { past: 300, future: week } })).keepMs).toBe(
      (2 * week + 600) * 1000,
    );
    expect(compileReceiver(options({ keepHours: 1 })).keepMs).toBe(3_600_000);
    expect(compileReceiver(options({ provider: github(), keepHours: 1 })).keepMs).toBe(3_600_000);
  });

  it('can hold at least one body of the largest size', () => {
    const { maxHeldBytes } = compileReceiver(options({ maxBodyBytes: 500_000_000 }));
    expect(maxHeldBytes).toBe(1_000_000_000);
    expect(() => compileReceiver(options({ maxBodyBytes: 1000, maxHeldBytes: 999 }))).toThrow(
      expect.objectContaining({ code: 'invalid-limit', option: 'maxHeldBytes' }),
    );
  });
});
