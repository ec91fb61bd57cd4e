import { describe, expect, it } from 'vitest';
import { ConfigurationError, isConfigurationError, VerificationError } from './errors.ts';

describe('ConfigurationError', () => {
  it('names the option first and carries a code and a help page', () => {
    const error = new ConfigurationError('blank-secret', 'secrets[1]', 'this is blank.');
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'blank-secret', option: 'secrets[1]' });
    expect(error.message).toBe('secrets[1]: this is blank.');
    expect(error.help).toMatch(/^https:\/\//);
  });

  it('is known by its name, so that a second copy of the package is known too', () => {
    class Copy extends Error {
      override readonly name = 'ConfigurationError';
      readonly code = 'blank-secret';
    }
    expect(isConfigurationError(new ConfigurationError('blank-secret', 'secrets', ''))).toBe(true);
    expect(isConfigurationError(new Copy())).toBe(true);
    for (const other of [
      new Error('x'),
      new VerificationError('stale', ''),
      { name: 'ConfigurationError', code: 'x' },
      null,
    ])
      expect(isConfigurationError(other)).toBe(false);
  });
});
