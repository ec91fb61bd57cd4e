import { describe, expect, it } from 'vitest';
import { isRefusal, type Refusal } from './scheme.ts';
import { compileSignatureHeader, type HeaderFields, type Signature } from './signature-header.ts';

const header = 'x-signature';
const GRAMMARS = {
  plain: { header, grammar: 'plain' },
  prefix: { header, grammar: 'prefix', prefix: 'sha256=' },
  bare: { header, grammar: 'prefix', prefix: 'sha256=', bare: 'taken' },
  pairs: { header, grammar: 'pairs', timestamp: 't', signatures: 'v1' },
  groups: { header, grammar: 'pairs', timestamp: 't', signatures: 'v1', groups: ' ' },
  timeless: { header, grammar: 'pairs', signatures: 'v1', separator: ';' },
  positional: { header, grammar: 'positional', separator: ',', fields: ['timestamp', 'signature'] },
  suffixed: { header, grammar: 'positional', separator: '###', fields: ['signature', 'other'] },
  versioned: { header, grammar: 'versioned', version: 'v1', separator: ' ', versionSeparator: ',' },
  numbered: { header, grammar: 'versioned', version: '#', separator: ',', versionSeparator: '/SHA256/' },
} as const satisfies Record<string, Signature>;

function parse(grammar: keyof typeof GRAMMARS, value: string): HeaderFields | Refusal {
  return compileSignatureHeader(GRAMMARS[grammar]).parse(value);
}

function refusal(grammar: keyof typeof GRAMMARS, value: string): string | undefined {
  const parsed = parse(grammar, value);
  return 'refused' in parsed ? parsed.refused : undefined;
}

describe('prefix', () => {
  it.each([
    '',
    'abc',
    'sha1=abc',
    'SHA256=abc',
    ' sha256=abc',
    'sha256 =abc',
    'sha256',
    'xsha256=abc',
    'sha512=abc',
    'md5=abc',
  ])('refuses %j', (value) => {
    expect(refusal('prefix', value)).toBe('malformed-signature');
  });

  it('passes on everything after the prefix, with no second split', () => {
    expect(parse('prefix', 'sha256=a=b,sha256=c')).toEqual({ signatures: ['a=b,sha256=c'] });
  });
});

describe('prefix that the vendor’s library leaves off', () => {
  it('is taken off where it is there, and not missed where it is not', () => {
    expect(parse('bare', 'sha256=abc')).toEqual({ signatures: ['abc'] });
    expect(parse('bare', 'abc')).toEqual({ signatures: ['abc'] });
    expect(parse('bare', 'sha1=abc')).toEqual({ signatures: ['sha1=abc'] });
  });
});

describe('groups', () => {
  it('reads the signatures of all groups, under one time', () => {
    expect(parse('groups', 't=1,v1=a t=1,v1=b')).toMatchObject({ signatures: ['a', 'b'], timestamp: '1' });
  });

  it.each(['t=1,v1=a v1=b', '0t=1,v1=a t=1,v1=b', 't=1,v1=a t=2,v1=b', 't=1,v1=a '])('refuses %j', (value) => {
    expect(refusal('groups', value)).toBe('malformed-signature');
  });
});

describe('positional with another field', () => {
  it('passes it over, and writes a 1 there', () => {
    expect(parse('suffixed', 'ab###7')).toMatchObject({ signatures: ['ab'] });
    const { format } = compileSignatureHeader(GRAMMARS.suffixed);
    expect(format({ signatures: ['ab'], timestamp: '' })).toBe('ab###1');
  });

  it.each(['ab', 'ab###1###2'])('refuses %j', (value) => {
    expect(refusal('suffixed', value)).toBe('malformed-signature');
  });
});

describe('versioned by the number of a key', () => {
  it('takes the signature of every number, and writes 1', () => {
    expect(parse('numbered', '1/SHA256/aa,27/SHA256/bb')).toEqual({ signatures: ['aa', 'bb'] });
    const { format } = compileSignatureHeader(GRAMMARS.numbered);
    expect(format({ signatures: ['aa'], timestamp: '' })).toBe('1/SHA256/aa');
  });

  it.each(['01/SHA256/aa', 'x/SHA256/aa', '/SHA256/aa', '1/SHA512/aa', '1/SHA256/aa,', ''])('refuses %j', (value) => {
    expect(refusal('numbered', value)).toBe('malformed-signature');
  });
});

describe('plain', () => {
  it('passes on the whole value', () => {
    expect(parse('plain', 'a,b c=d')).toEqual({ signatures: ['a,b c=d'] });
  });
});

describe('pairs', () => {
  it.each([
    ['an empty value', ''],
    ['commas', ',,,'],
    ['an empty field between two', 't=1,,v1=a'],
    ['an empty field at the end', 't=1,v1=a,'],
    ['an empty field at the start', ',t=1,v1=a'],
    ['a field without a value sign', 't=1,v1'],
    ['a field without a key', 't=1,=a'],
    ['a space after the separator', 't=1, v1=a'],
    ['a space before the sign', 't=1,v1 =a'],
    ['a key that is too long', `t=1,${'k'.repeat(33)}=1,v1=a`],
    ['a key with a control character', 't=1,k\u0000=1,v1=a'],
    ['a key that is not ASCII', 't=1,ключ=1,v1=a'],
    ['a key with a look-alike digit', 't=1,v１=a'],
    ['two times', 't=1,t=1,v1=a'],
    ['two times, the signed one last', 't=2,v1=a,t=1'],
    ['another separator', 't=1;v1=a'],
    ['a time and no signature', 't=1'],
  ])('refuses %s as malformed', (_, value) => {
    expect(refusal('pairs', value)).toBe('malformed-signature');
  });

  it.each(['t=1,v0=a', 't=1,V1=a', 't=1,v2=a,v1a=b', 'v0=a', 't=1,__proto__=a', 't=1,constructor=a'])(
    'refuses %j as another scheme',
    (value) => {
      expect(refusal('pairs', value)).toBe('unsupported-scheme');
    },
  );

  it('takes fields in any order, several signatures, and passes over keys it does not know', () => {
    expect(parse('pairs', 'v1=a,v0=x,t=1,__proto__=y,v1=b')).toMatchObject({ signatures: ['a', 'b'], timestamp: '1' });
    expect(({} as Record<string, unknown>).y).toBeUndefined();
  });

  it('keeps what follows the first sign, so that nothing is cut off a value', () => {
    expect(parse('pairs', 't=1=2,v1=a==')).toMatchObject({ signatures: ['a=='], timestamp: '1=2' });
  });

  it('leaves a missing time to be named as such', () => {
    expect(parse('pairs', 'v1=a')).toMatchObject({ signatures: ['a'], timestamp: undefined });
  });

  it('looks at no more than sixteen signatures', () => {
    const many = Array.from({ length: 200 }, (_, index) => `v1=${index}`).join(',');
    const parsed = parse('pairs', `t=1,${many}`);
    expect(isRefusal(parsed as never)).toBe(false);
    expect((parsed as HeaderFields).signatures).toEqual(Array.from({ length: 16 }, (_, index) => String(index)));
  });

  it('takes a signature under either of two keys, and writes one for each secret', () => {
    const { parse: parseTwo, format } = compileSignatureHeader({
      ...GRAMMARS.pairs,
      signatures: ['s0', 's1'],
      spaced: true,
    });
    expect(parseTwo('t=1, s1=b')).toMatchObject({ signatures: ['b'] });
    expect(parseTwo('t=1, s0=a, s1=b, s2=c')).toMatchObject({ signatures: ['a', 'b'] });
    expect(parseTwo('t=1, s2=c')).toMatchObject({ refused: 'unsupported-scheme' });
    expect(format({ timestamp: '1', signatures: ['a', 'b'] })).toBe('t=1, s0=a, s1=b');
  });

  it('reads another separator, and no time where the scheme has none', () => {
    expect(parse('timeless', 'v1=a;v1=b,c')).toMatchObject({ signatures: ['a', 'b,c'], timestamp: undefined });
    expect(compileSignatureHeader(GRAMMARS.timeless).carriesTimestamp).toBe(false);
  });
});

describe('pairs with several signature keys', () => {
  const data = { header, grammar: 'pairs', timestamp: 't', signatures: ['v1', 'v2'] } as const;

  it('takes the signatures under each of them, and writes them in turn', () => {
    const grammar = compileSignatureHeader(data);
    expect(grammar.parse('v2=b,t=1,v1=a,v3=c')).toMatchObject({ signatures: ['b', 'a'], timestamp: '1' });
    expect(grammar.format({ signatures: ['a', 'b'], timestamp: '1' })).toBe('t=1,v1=a,v2=b');
  });

  it.each([
    [{ ...data, timestamp: 'v2' }, 'signature.timestamp'],
    [{ ...data, signatures: [] }, 'signature'],
    [{ ...data, signatures: ['v1', 'v 2'] }, 'signature'],
  ])('cannot be defined as %j', (wrong, option) => {
    expect(() => compileSignatureHeader(wrong)).toThrow(expect.objectContaining({ code: 'invalid-provider', option }));
  });
});

describe('positional', () => {
  it.each(['', '1', '1,a,', '1,a,b', ',1,a', '1;a'])('refuses %j, which has not exactly its fields', (value) => {
    expect(refusal('positional', value)).toBe('malformed-signature');
  });

  it('reads fields by place', () => {
    expect(parse('positional', '1,a')).toEqual({ signatures: ['a'], timestamp: '1' });
    expect(parse('positional', ',')).toEqual({ signatures: [''], timestamp: '' });
  });

  it('cannot be defined without a signature', () => {
    expect(() =>
      compileSignatureHeader({ header, grammar: 'positional', separator: ',', fields: ['timestamp'] }),
    ).toThrow(expect.objectContaining({ code: 'invalid-provider', option: 'signature.fields' }));
  });
});

describe('versioned', () => {
  it.each([
    '',
    ' ',
    'v1',
    'abc',
    'v1,a ',
    ' v1,a',
    'v1,a  v1,b',
    ',a',
    'v1,a b',
    'v 1,a',
    'v1:a',
    `${'v'.repeat(33)},a v1,b`,
  ])('refuses %j as malformed', (value) => {
    expect(refusal('versioned', value)).toBe('malformed-signature');
  });

  it.each(['v1a,a', 'v2,a', 'V1,a', 'v1a,a v2,b'])('refuses %j as another scheme', (value) => {
    expect(refusal('versioned', value)).toBe('unsupported-scheme');
  });

  it('passes over other versions and keeps the rest of an item whole', () => {
    expect(parse('versioned', 'v1a,x v1,a v2,y v1,b,c')).toEqual({ signatures: ['a', 'b,c'] });
  });

  it('looks at no more than sixteen signatures', () => {
    const parsed = parse('versioned', Array.from({ length: 500 }, () => 'v1,a').join(' '));
    expect((parsed as HeaderFields).signatures).toHaveLength(16);
  });
});

describe('every grammar', () => {
  it.each(Object.entries(GRAMMARS))('%s reads what it writes', (_, data) => {
    const grammar = compileSignatureHeader(data);
    const signatures = grammar.carriesSeveral ? ['aa', 'bb'] : ['aa'];
    const parsed = grammar.parse(grammar.format({ signatures, timestamp: '17' }));
    expect(parsed).toMatchObject({ signatures, ...(grammar.carriesTimestamp ? { timestamp: '17' } : {}) });
  });

  it.each(Object.entries(GRAMMARS))('%s refuses to sign twice where there is room for one signature', (_, data) => {
    const grammar = compileSignatureHeader(data);
    const format = () => grammar.format({ signatures: ['aa', 'bb'], timestamp: '17' });
    if (grammar.carriesSeveral) expect(format()).toContain('bb');
    else expect(format).toThrow(expect.objectContaining({ code: 'invalid-option', option: 'secret' }));
  });

  it.each(
    Object.entries(GRAMMARS).flatMap(([name, data]) =>
      [',', ' ', '=', 't=1,', 'v1=', 'v1, ', 'v1=a,', 'v1,a ', '=,', '\u00ff', 'sha256='].map(
        (unit) => [name, unit, data] as const,
      ),
    ),
  )('%s reads 16 KiB of %j in under a millisecond', (_, unit, data) => {
    const grammar = compileSignatureHeader(data);
    const value = unit.repeat(Math.ceil(16_384 / unit.length)).slice(0, 16_384);
    const times = Array.from({ length: 41 }, () => {
      const start = performance.now();
      grammar.parse(value);
      return performance.now() - start;
    });
    // The fastest: on a busy machine the others say nothing of the grammar.
    expect(Math.min(...times)).toBeLessThan(1);
  });

  it('is one of five', () => {
    for (const grammar of ['regex', '', undefined, 'Pairs']) {
      expect(() => compileSignatureHeader({ header, grammar } as unknown as Signature)).toThrow(
        expect.objectContaining({ code: 'invalid-provider', option: 'signature.grammar' }),
      );
    }
  });

  it.each([
    ['prefix', { header, grammar: 'prefix', prefix: '' }, 'signature.prefix'],
    ['prefix', { header, grammar: 'prefix', prefix: 'é=' }, 'signature.prefix'],
    ['pairs', { header, grammar: 'pairs', signatures: 'v1', separator: '' }, 'signature.separator'],
    ['positional', { header, grammar: 'positional', fields: ['signature'], separator: '\n' }, 'signature.separator'],
    [
      'versioned',
      { header, grammar: 'versioned', version: 'v1', separator: ' ', versionSeparator: '' },
      'signature.versionSeparator',
    ],
  ] as const)('%s refuses empty or invisible separators (%o)', (_, data, option) => {
    expect(() => compileSignatureHeader(data as Signature)).toThrow(
      expect.objectContaining({ code: 'invalid-provider', option }),
    );
  });
});
