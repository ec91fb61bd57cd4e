import { isConfigurationError } from '@postern/core';
import { describe, expect, it } from 'vitest';
import { type RedisStoreOptions, redisStore } from '../index.ts';

const evaluate = async () => ['done', 0];

describe('redisStore', () => {
  it.each([
    ['nothing', undefined, 'missing-option', 'redisStore'],
    ['neither client nor evaluate', {}, 'missing-option', 'redisStore.client'],
    ['both', { client: {}, evaluate }, 'invalid-option', 'redisStore.client'],
    ['a URL in place of a client', { client: 'redis://127.0.0.1' }, 'invalid-option', 'redisStore.client'],
    ['a client of something else', { client: { query: evaluate } }, 'invalid-option', 'redisStore.client'],
    ['what is no function', { evaluate: 'eval' }, 'invalid-option', 'redisStore.evaluate'],
    ['a misspelt option', { evaluate, timeout: 250 }, 'unknown-option', 'redisStore.timeout'],
    ['an empty prefix', { evaluate, prefix: '' }, 'invalid-option', 'redisStore.prefix'],
    ['a prefix with a space', { evaluate, prefix: 'my app:' }, 'invalid-option', 'redisStore.prefix'],
    ['no time', { evaluate, timeoutMs: 0 }, 'invalid-limit', 'redisStore.timeoutMs'],
    ['endless time', { evaluate, timeoutMs: Number.POSITIVE_INFINITY }, 'invalid-limit', 'redisStore.timeoutMs'],
    ['longer than the guard waits', { evaluate, timeoutMs: 5_001 }, 'invalid-limit', 'redisStore.timeoutMs'],
  ])('refuses %s, by name', (_, options, code, option) => {
    let thrown: unknown;
    try {
      redisStore(options as unknown as RedisStoreOptions);
    } catch (error) {
      thrown = error;
    }
    expect(isConfigurationError(thrown)).toBe(true);
    expect(thrown).toMatchObject({ code, option });
  });
});
