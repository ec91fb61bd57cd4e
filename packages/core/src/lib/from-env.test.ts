import { afterEach, describe, expect, it, vi } from 'vitest';
import { github } from '../providers/github.ts';
import { fromEnv } from './from-env.ts';
import { createReceiver } from './receiver.ts';

const GOOD = 'test-secret-for-unit-tests-only';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('fromEnv', () => {
  it.each([
    'NEXT_PUBLIC_WEBHOOK_SECRET',
    'VITE_SECRET',
    'REACT_APP_SECRET',
    'NUXT_PUBLIC_SECRET',
    'PUBLIC_SECRET',
    'EXPO_PUBLIC_SECRET',
    'GATSBY_SECRET',
  ])('refuses %s, which browsers are sent', (name) => {
    expect(() => fromEnv(name)).toThrow(expect.objectContaining({ code: 'client-side-variable', option: name }));
    expect(() => fromEnv('WEBHOOK_SECRET', { previous: name })).toThrow(
      expect.objectContaining({ code: 'client-side-variable', option: name }),
    );
  });

  it.each(['', ' ', 'A B', '7A', 'A-B', '$A', 'whsec_abc+/=', undefined, null, 7])(
    'refuses %o as the name of a variable',
    (name) => {
      expect(() => fromEnv(name as string)).toThrow(
        expect.objectContaining({ code: 'invalid-option', option: 'fromEnv' }),
      );
    },
  );

  it('reads nothing when it is called: the variable may be set later', () => {
    const source = fromEnv('POSTERN_TEST_SECRET');
    vi.stubEnv('POSTERN_TEST_SECRET', GOOD);
    expect(source.read()).toEqual([{ id: 'POSTERN_TEST_SECRET', value: GOOD }]);
  });

  it('names the variable that is missing', () => {
    const make = () => createReceiver({ provider: github(), secrets: fromEnv('POSTERN_TEST_ABSENT') });
    expect(make).toThrow(expect.objectContaining({ code: 'missing-variable', option: 'POSTERN_TEST_ABSENT' }));
    expect(make).toThrow(/POSTERN_TEST_ABSENT is not set/);
  });

  it.each([
    ['', 'blank-secret'],
    [' ', 'blank-secret'],
    [`${GOOD}\n`, 'padded-secret'],
    [`"${GOOD}"`, 'padded-secret'],
    ['changeme', 'placeholder-secret'],
    ['your_consumer_key', 'placeholder-secret'],
    ['ghp_0123456789abcdefghijklmnopqrstuvwxyz', 'wrong-kind-secret'],
    ['whpk_AAAA', 'wrong-kind-secret'],
  ])('names the variable that holds %j', (value, code) => {
    vi.stubEnv('POSTERN_TEST_SECRET', value);
    expect(() => createReceiver({ provider: github(), secrets: fromEnv('POSTERN_TEST_SECRET') })).toThrow(
      expect.objectContaining({ code, option: 'POSTERN_TEST_SECRET' }),
    );
  });

  it('takes the previous secret too, under the name of its variable', () => {
    vi.stubEnv('POSTERN_TEST_SECRET', GOOD);
    vi.stubEnv('POSTERN_TEST_SECRET_OLD', `${GOOD}-old`);
    expect(fromEnv('POSTERN_TEST_SECRET', { previous: 'POSTERN_TEST_SECRET_OLD' }).read()).toEqual([
      { id: 'POSTERN_TEST_SECRET', value: GOOD },
      { id: 'POSTERN_TEST_SECRET_OLD', value: `${GOOD}-old` },
    ]);
  });

  it('takes an unset or an empty previous variable for "there is none"', () => {
    vi.stubEnv('POSTERN_TEST_SECRET', GOOD);
    const source = fromEnv('POSTERN_TEST_SECRET', { previous: 'POSTERN_TEST_SECRET_OLD' });
    expect(source.read()).toHaveLength(1);
    vi.stubEnv('POSTERN_TEST_SECRET_OLD', '');
    expect(source.read()).toHaveLength(1);
    vi.stubEnv('POSTERN_TEST_SECRET_OLD', 'changeme');
    expect(() => createReceiver({ provider: github(), secrets: source })).toThrow(
      expect.objectContaining({ code: 'placeholder-secret', option: 'POSTERN_TEST_SECRET_OLD' }),
    );
  });
});
