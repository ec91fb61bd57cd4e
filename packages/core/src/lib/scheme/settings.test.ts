import { describe, expect, it } from 'vitest';
import { checkSettings, chooseSetting, keysOf } from './settings.ts';

describe('a setting', () => {
  it('is one of the documented variants', () => {
    expect(chooseSetting({ a: 1, b: 2 }, 'b', 'acme.format')).toBe(2);
  });

  it.each(['c', '', 'toString', '__proto__', 'constructor', undefined, null, 0])(
    'is refused by name where it is none of them: %j',
    (chosen) => {
      expect(() => chooseSetting({ a: 1, b: 2 }, chosen as never, 'acme.format')).toThrow(
        expect.objectContaining({
          code: 'invalid-option',
          option: 'acme.format',
          message: expect.stringMatching('a, b'),
        }),
      );
    },
  );

  it('that nobody reads is refused: it would look as if it were in force', () => {
    expect(() => checkSettings({ tolerance: 1 }, ['toleranceSeconds'], 'acme')).toThrow(
      expect.objectContaining({ code: 'unknown-option' }),
    );
  });

  it('of a public key is one key, or none', () => {
    expect(keysOf({})).toEqual({ publicKeys: [] });
    expect(keysOf({ publicKey: 'x' })).toEqual({ publicKeys: ['x'] });
  });
});
