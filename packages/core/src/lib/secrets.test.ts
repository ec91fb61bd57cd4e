import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { stripe } from '../providers/stripe.ts';
import type { ConfigurationError } from './errors.ts';
import { type HmacOptions, hmac } from './scheme/hmac.ts';
import { compileSecrets, type SecretEntry, validSecrets } from './secrets.ts';

const GOOD = 'test-secret-for-unit-tests-only';

const scheme = (secret?: HmacOptions['secret']) =>
  hmac({
    digest: 'sha256',
    encoding: 'hex',
    content: '{body}',
    signature: { header: 'x-signature', grammar: 'plain' },
    ...(secret === undefined ? {} : { secret }),
  });

function compile(secrets: unknown, form?: HmacOptions['secret']) {
  const warnings: string[] = [];
  const compiled = compileSecrets(secrets, scheme(form), (code, message) => warnings.push(`${code} ${message}`));
  return { compiled, warnings };
}

function refusal(secrets: unknown, form?: HmacOptions['secret']): ConfigurationError {
  try {
    compile(secrets, form);
  } catch (error) {
    return error as ConfigurationError;
  }
  throw new Error('nothing was refused');
}

describe('compileSecrets', () => {
  it.each([[undefined], [null], [[]]])('refuses %j: without a secret everything would be genuine', (secrets) => {
    expect(refusal(secrets)).toMatchObject({ code: 'missing-secret', option: 'secrets' });
  });

  it.each(['', ' ', '\n', '\t \r\n', '\u00a0'])('refuses the blank value %j', (value) => {
    expect(refusal(value)).toMatchObject({ code: 'blank-secret', option: 'secrets' });
    expect(refusal([GOOD, value])).toMatchObject({ code: 'blank-secret', option: 'secrets[1]' });
    expect(refusal({ id: 'a', value })).toMatchObject({ code: 'blank-secret' });
  });

  it.each([`${GOOD}\n`, ` ${GOOD}`, `${GOOD}\r\n`, `\ufeff${GOOD}`, `"${GOOD}"`, `'${GOOD}'`])(
    'refuses padding and quotation marks around a value (%j), and takes neither off silently',
    (value) => {
      const error = refusal(value);
      expect(error.code).toBe('padded-secret');
      expect(error.message).not.toContain(GOOD);
    },
  );

  it.each([
    'changeme',
    'CHANGE_ME',
    'change-it',
    'replace_me',
    'todo',
    'tbd',
    'placeholder',
    'undefined',
    'null',
    'your_consumer_key',
    'your-webhook-secret-here',
    'insert_secret_here',
    'secret_goes_here',
    'xxx',
    'whsec_xxxxxxxx',
    'whsec_...',
    '********',
    '<your secret>',
    '$' + '{WEBHOOK_SECRET}',
    '{{ webhook_secret }}',
    '%WEBHOOK_SECRET%',
  ])('refuses the placeholder %j', (value) => {
    expect(refusal(value).code).toBe('placeholder-secret');
  });

  it.each([
    'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=',
    'ssh-ed25519 AAAAC3Nza',
    '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  ])('refuses a public key as a MAC key (%j): everyone has it', (value) => {
    expect(refusal(value).code).toBe('wrong-kind-secret');
  });

  it('refuses what the provider says is another kind of key, by its start and without its rest', () => {
    const error = refusal('sk_live_4eC39HqLyjWDarjtT1zdp7dc', { refuse: ['sk_live_'] });
    expect(error.code).toBe('wrong-kind-secret');
    expect(error.message).toContain('sk_live_');
    expect(error.message).not.toContain('4eC39');
  });

  it.each(['whsec_===', 'whsec_not base64', 'whsec_AAA', 'whsec_AAB=', 'AAAA-_AA', 'é'])(
    'refuses %j where a base64 key is expected',
    (value) => {
      expect(refusal(value, { encoding: 'base64', prefix: 'whsec_' }).code).toBe('undecodable-secret');
    },
  );

  it('refuses a key of another length where the vendor fixes one, and says both lengths', () => {
    const error = refusal('AAAA', { encoding: 'base64', bytes: 32 });
    expect(error.code).toBe('wrong-length-secret');
    expect(error.message).toMatch(/3 bytes.*32/);
    expect(compile(Buffer.alloc(32, 1).toString('base64'), { encoding: 'base64', bytes: 32 }).compiled[0]?.bytes).toBe(
      32,
    );
  });

  it('only warns of a short key, with its id and never its value', () => {
    const { compiled, warnings } = compile([
      { id: 'old', value: 'fifteen-bytes-k' },
      { id: 'new', value: 'sixteen-bytes-ke' },
    ]);
    expect(compiled.map(({ bytes }) => bytes)).toEqual([15, 16]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^POSTERN_SHORT_SECRET .*"old".*15 bytes/);
    expect(warnings[0]).not.toContain('fifteen');
  });

  it('measures a short key in bytes of the key, not in characters', () => {
    expect(compile('é'.repeat(8)).warnings).toEqual([]);
    expect(compile(Buffer.alloc(12, 1).toString('base64'), { encoding: 'base64' }).warnings).toHaveLength(1);
  });

  it('accepts eight secrets and refuses nine', () => {
    const values = Array.from({ length: 9 }, (_, index) => `${GOOD}-${index}`);
    expect(compile(values.slice(0, 8)).compiled.map(({ id }) => id)).toEqual(
      Array.from({ length: 8 }, (_, index) => `secret-${index + 1}`),
    );
    expect(refusal(values)).toMatchObject({ code: 'too-many-secrets', option: 'secrets' });
  });

  it('refuses one id for two secrets, a given one and a made one alike', () => {
    expect(
      refusal([
        { id: 'a', value: GOOD },
        { id: 'a', value: `${GOOD}2` },
      ]).code,
    ).toBe('duplicate-secret-id');
    expect(refusal([GOOD, { id: 'secret-1', value: `${GOOD}2` }]).code).toBe('duplicate-secret-id');
  });

  it('warns where one value stands twice, without showing it', () => {
    const { warnings } = compile([GOOD, GOOD]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^POSTERN_REPEATED_SECRET secrets\[1\]/);
    expect(warnings[0]).not.toContain(GOOD);
  });

  it.each([
    [7, 'invalid-option'],
    [true, 'invalid-option'],
    [Buffer.from(GOOD), 'unknown-option'],
    [Buffer.alloc(0), 'invalid-option'],
    [[[GOOD]], 'invalid-option'],
    [{ id: 'a' }, 'missing-secret'],
    [{ id: 'a', value: undefined }, 'missing-secret'],
    [{ id: 'a', value: Buffer.from(GOOD) }, 'missing-secret'],
    [{ value: GOOD }, 'invalid-option'],
    [{ id: '', value: GOOD }, 'invalid-option'],
    [{ id: 'a b', value: GOOD }, 'invalid-option'],
    [{ id: 'a', value: GOOD, notafter: '2026-01-01' }, 'unknown-option'],
  ])('refuses %o', (secrets, code) => {
    expect(refusal(secrets).code).toBe(code);
  });

  it.each([
    '2026-13-01',
    '01/02/2026',
    'tomorrow',
    '2026-01-01T00:00:00',
    '2026-01-01 00:00:00Z',
    '',
    1_767_225_600,
    null,
    new Date(Number.NaN),
  ])('refuses %o as a date, since readers disagree about its zone or its meaning', (date) => {
    for (const name of ['notBefore', 'notAfter'])
      expect(refusal({ id: 'a', value: GOOD, [name]: date })).toMatchObject({
        code: 'invalid-option',
        option: `secrets.${name}`,
      });
  });

  it('refuses a secret that would never count', () => {
    expect(refusal({ id: 'a', value: GOOD, notBefore: '2026-02-01', notAfter: '2026-01-01' }).code).toBe(
      'invalid-option',
    );
  });

  it('names the variable, not the place in the list, where a source gave the value', () => {
    const source = { read: (): SecretEntry[] => [{ id: 'WEBHOOK_SECRET', value: 'changeme' }] };
    expect(refusal([GOOD, source])).toMatchObject({ code: 'placeholder-secret', option: 'WEBHOOK_SECRET' });
  });

  it('refuses a source that gives none', () => {
    expect(refusal({ read: () => [] }).code).toBe('missing-secret');
  });

  it.each([
    ['a promise', async () => [{ id: 'a', value: GOOD }]],
    ['a promise that rejects', () => Promise.reject(new Error('the vault is shut'))],
    ['a promise of another realm that rejects', runInNewContext('() => Promise.reject(new Error("shut"))')],
    ['nothing', () => undefined],
  ])('refuses a source that gives %s, by what it should give, and nothing goes unhandled', async (_, read) => {
    const troubles: unknown[] = [];
    const note = (trouble: unknown) => troubles.push(trouble);
    process.on('unhandledRejection', note);
    expect(refusal({ read })).toMatchObject({
      code: 'invalid-option',
      option: 'secrets',
      message: expect.stringMatching(/must return a list/),
    });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(troubles).toEqual([]);
  });

  it('shows nothing of a compiled secret', () => {
    const { compiled } = compile({ id: 'a', value: GOOD });
    const shown = inspect(compiled, { depth: 9, showHidden: true }) + JSON.stringify(compiled) + String(compiled);
    expect(shown).not.toContain(GOOD);
    expect(shown).not.toContain(Buffer.from(GOOD).toString('hex'));
    expect(shown).not.toContain(Buffer.from(GOOD).toString('base64'));
  });
});

describe('validSecrets', () => {
  const { compiled } = compile([
    { id: 'old', value: `${GOOD}-1`, notAfter: '2026-01-31T12:00:00Z' },
    { id: 'new', value: `${GOOD}-2`, notBefore: new Date('2026-01-31T11:00:00Z') },
    { id: 'spent', value: `${GOOD}-3`, notBefore: '2025-01-01', notAfter: '2025-02-01' },
  ]);
  const ids = (time: string) => validSecrets(compiled, Date.parse(time)).map(({ id }) => id);

  it('counts both ends of the dates as inside', () => {
    expect(ids('2026-01-31T10:59:59.999Z')).toEqual(['old']);
    expect(ids('2026-01-31T11:00:00Z')).toEqual(['old', 'new']);
    expect(ids('2026-01-31T12:00:00Z')).toEqual(['old', 'new']);
    expect(ids('2026-01-31T12:00:00.001Z')).toEqual(['new']);
    expect(ids('2025-01-15T00:00:00Z')).toEqual(['old', 'spent']);
  });

  it('reads the zone of a date', () => {
    const zoned = compile({ id: 'a', value: GOOD, notAfter: '2026-01-01T00:00:00+02:00' }).compiled;
    expect(validSecrets(zoned, Date.parse('2025-12-31T22:00:00Z'))).toHaveLength(1);
    expect(validSecrets(zoned, Date.parse('2025-12-31T22:00:01Z'))).toHaveLength(0);
  });
});

describe('placeholders', () => {
  const refusalOf = (value: string) => {
    try {
      compileSecrets(value, stripe().scheme, () => undefined);
      return 'accepted';
    } catch (error) {
      return (error as ConfigurationError).code;
    }
  };

  it.each([
    'whsec_your_webhook_secret',
    'whsec_YOUR_SIGNING_SECRET',
    'whsec_<your secret>',
    'whsec_changeme',
    'whsec_placeholder',
    'whsec_replace_me_please',
    'your_consumer_key',
    'shpss_your_secret_here',
  ])('are refused after a provider’s prefix too: %s', (value) => {
    expect(refusalOf(value)).toBe('placeholder-secret');
  });

  it('refuses a prefix with nothing after it as blank', () => {
    expect(refusalOf('whsec_')).toBe('blank-secret');
  });

  it.each([
    'your cat walked over my keyboard',
    'enter sandman never-never land',
    '%8fj2$kd92jdk29dk%',
    '<8fj2$kd92jdk29dk>',
    '"fully quoted" secret "text"',
    'ssh-rendezvous-at-midnight-123',
    "It's a Secret to Everybody",
  ])('are not seen in a passphrase that somebody chose: %s', (value) => {
    expect(refusalOf(value)).toBe('accepted');
  });
});
