import { describe, expect, it } from 'vitest';
import { optionalFunction, plainName, positiveInteger, refuseUnknownOptions } from './options.ts';

const KNOWN = ['provider', 'secrets', 'toleranceSeconds', 'maxBodyBytes', 'onVerdict'];

function message(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing was thrown';
}

describe('refuseUnknownOptions', () => {
  it.each([
    ['toleranceSecond', 'toleranceSeconds'],
    ['ToleranceSeconds', 'toleranceSeconds'],
    ['tolerance', 'toleranceSeconds'],
    ['secret', 'secrets'],
    ['secretes', 'secrets'],
    ['maxBodySize', 'maxBodyBytes'],
    ['onverdict', 'onVerdict'],
    ['provder', 'provider'],
  ])('refuses %s and names %s', (wrong, right) => {
    const run = () => refuseUnknownOptions({ [wrong]: 1 }, KNOWN, 'options');
    expect(run).toThrow(expect.objectContaining({ code: 'unknown-option', option: `options.${wrong}` }));
    // A word that is too far from all of them gets the whole list, which names it too.
    expect(message(run)).toContain(right);
  });

  it('says which spelling was meant where one is near, and lists what there is where none is', () => {
    expect(message(() => refuseUnknownOptions({ toleranceSecond: 300 }, KNOWN, 'options'))).toBe(
      'options.toleranceSecond: there is no such option. Did you mean `toleranceSeconds`?',
    );
    expect(message(() => refuseUnknownOptions({ zzzzzz: 1 }, KNOWN, 'options'))).toContain(
      `Known here: ${KNOWN.join(', ')}.`,
    );
  });

  it('refuses an unknown option whose value is undefined: it is a misspelling all the same', () => {
    expect(() => refuseUnknownOptions({ secret: undefined }, KNOWN, 'options')).toThrow();
  });

  it('refuses inherited names as own keys', () => {
    expect(() => refuseUnknownOptions(JSON.parse('{"__proto__": 1}'), KNOWN, 'options')).toThrow(
      expect.objectContaining({ code: 'unknown-option' }),
    );
    expect(() => refuseUnknownOptions({ constructor: 1 }, KNOWN, 'options')).toThrow(
      expect.objectContaining({ code: 'unknown-option' }),
    );
  });

  it.each([undefined, null, 7, 'text', true, [], ['provider'], () => undefined])('refuses %o as options', (value) => {
    expect(() => refuseUnknownOptions(value, KNOWN, 'options')).toThrow(
      expect.objectContaining({ code: 'invalid-option', option: 'options' }),
    );
  });

  it('lets known options by, and no options', () => {
    refuseUnknownOptions({}, KNOWN, 'options');
    refuseUnknownOptions({ secrets: 1, onVerdict: 2 }, KNOWN, 'options');
  });
});

describe('positiveInteger', () => {
  it.each([
    0,
    -1,
    -0,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    2 ** 53,
    '1024',
    '1mb',
    '',
    null,
    true,
    1n,
    [],
    {},
  ])('refuses %o as a limit', (value) => {
    expect(() => positiveInteger(value, 'maxBodyBytes', 'bytes', 5)).toThrow(
      expect.objectContaining({ code: 'invalid-limit', option: 'maxBodyBytes' }),
    );
  });

  it('refuses more than the ceiling, and names it', () => {
    expect(positiveInteger(8760, 'keepHours', 'hours', 72, 8760)).toBe(8760);
    expect(message(() => positiveInteger(8761, 'keepHours', 'hours', 72, 8760))).toContain('at most 8760');
  });

  it('takes the default only where there is no value', () => {
    expect(positiveInteger(undefined, 'x', 'bytes', 5)).toBe(5);
    expect(positiveInteger(1, 'x', 'bytes', 5)).toBe(1);
  });
});

describe('plainName', () => {
  it.each(['', ' ', 'a b', 'a\nb', 'a\u0000', '-a', '.a', 'é', 'a'.repeat(129), undefined, null, 7, ['a']])(
    'refuses %o',
    (value) => {
      expect(() => plainName(value, 'endpoint')).toThrow(
        expect.objectContaining({ code: 'invalid-option', option: 'endpoint' }),
      );
    },
  );

  it.each(['a', '7', 'payments/eu-1:live_2.b', 'a'.repeat(128)])('accepts %s', (value) => {
    expect(plainName(value, 'endpoint')).toBe(value);
  });
});

describe('optionalFunction', () => {
  it('refuses what is neither absent nor a function', () => {
    for (const value of [null, 0, false, 'console.log', {}])
      expect(() => optionalFunction(value, 'onVerdict')).toThrow(
        expect.objectContaining({ code: 'invalid-option', option: 'onVerdict' }),
      );
    optionalFunction(undefined, 'onVerdict');
    optionalFunction(() => undefined, 'onVerdict');
  });
});
