import { type ConfigurationErrorCode, fromEnv, isConfigurationError } from '@postern/core';
import { github } from '@postern/core/providers/github';
import { liasonpay } from '@postern/core/providers/liasonpay';
import { shopify } from '@postern/core/providers/shopify';
import { standardWebhooks } from '@postern/core/providers/standard-webhooks';
import { stripe } from '@postern/core/providers/stripe';
import { afterEach, describe, expect, it } from 'vitest';
import { webhook } from './index.ts';

const SECRET = 'test-secret-test-secret-test-secret';
const good = { provider: liasonpay(), secrets: SECRET };

/** What a JavaScript user could pass: the types are out of the way, so that the checks at start-up are what is seen. */
const guard = webhook as (...values: unknown[]) => unknown;

/** One mistake: what is passed, the code, the option at fault, and words of the remedy. */
type Mistake = readonly [what: string, options: unknown, code: ConfigurationErrorCode, option: string, remedy: RegExp];

const MISTAKES: readonly Mistake[] = [
  ['no options', undefined, 'invalid-option', 'options', /give an object of options/],
  ['no provider', { secrets: SECRET }, 'missing-option', 'provider', /give a provider/],
  [
    'a provider that was not called',
    { ...good, provider: liasonpay },
    'invalid-option',
    'provider',
    /called: `stripe\(\)`, not `stripe`/,
  ],

  ['no secrets', { provider: liasonpay() }, 'missing-secret', 'secrets', /give the signing secret/],
  ['an undefined secret', { ...good, secrets: undefined }, 'missing-secret', 'secrets', /give the signing secret/],
  ['an empty list of secrets', { ...good, secrets: [] }, 'missing-secret', 'secrets', /give the signing secret/],
  ['a secret without value', { ...good, secrets: [{ id: 'a' }] }, 'missing-secret', 'secrets[0].value', /as text/],
  ['an empty secret', { ...good, secrets: '' }, 'blank-secret', 'secrets', /set the secret of the provider/],
  ['a blank secret', { ...good, secrets: ' \t\n' }, 'blank-secret', 'secrets', /set the secret of the provider/],
  ['a padded secret', { ...good, secrets: `${SECRET}\n` }, 'padded-secret', 'secrets', /white space.*remove it/],
  ['a secret in quotes', { ...good, secrets: `"${SECRET}"` }, 'padded-secret', 'secrets', /quotation marks.*remove/],
  ['changeme', { ...good, secrets: 'changeme' }, 'placeholder-secret', 'secrets', /placeholder.*set the one/],
  [
    'your_consumer_key',
    { ...good, secrets: 'your_consumer_key' },
    'placeholder-secret',
    'secrets',
    /placeholder.*set the one/,
  ],
  [
    'an API key for the signing secret',
    { provider: stripe(), secrets: 'sk_test_not_a_real_key_000000' },
    'wrong-kind-secret',
    'secrets',
    /"sk_test_".*give the webhook signing secret/,
  ],
  [
    'a public key for the shared secret',
    { ...good, secrets: '-----BEGIN PUBLIC KEY-----\nnot a real key\n-----END PUBLIC KEY-----' },
    'wrong-kind-secret',
    'secrets',
    /public key.*shared signing secret/,
  ],
  [
    'an access token of the vendor',
    { provider: github(), secrets: 'ghp_notarealtokennotarealtoken' },
    'wrong-kind-secret',
    'secrets',
    /give the webhook signing secret/,
  ],
  [
    'an access token of the other vendor',
    { provider: shopify(), secrets: 'shpat_notarealtokennotarealtoken' },
    'wrong-kind-secret',
    'secrets',
    /give the webhook signing secret/,
  ],
  [
    'a secret that is not base64',
    { provider: standardWebhooks(), secrets: 'whsec_%%%not-base64%%%' },
    'undecodable-secret',
    'secrets',
    /padded base64 is expected.*Copy it again/,
  ],
  [
    'nine secrets',
    { ...good, secrets: Array.from({ length: 9 }, (_, index) => `${SECRET}-${index}`) },
    'too-many-secrets',
    'secrets',
    /at most 8.*Remove/,
  ],
  [
    'two secrets of one id',
    {
      ...good,
      secrets: [
        { id: 'a', value: SECRET },
        { id: 'a', value: `${SECRET}2` },
      ],
    },
    'duplicate-secret-id',
    'secrets[1]',
    /id of two secrets/,
  ],
  [
    'the second of several secrets',
    { ...good, secrets: [SECRET, ' '] },
    'blank-secret',
    'secrets[1]',
    /set the secret/,
  ],
  [
    'a misspelt field of a secret',
    { ...good, secrets: [{ id: 'a', value: SECRET, notafter: '2030-01-01' }] },
    'unknown-option',
    'secrets[0].notafter',
    /Did you mean `notAfter`/,
  ],

  [
    'a misspelt option',
    { ...good, toleranceSecond: 300 },
    'unknown-option',
    'options.toleranceSecond',
    /Did you mean `toleranceSeconds`/,
  ],
  ['a singular secret', { ...good, secret: SECRET }, 'unknown-option', 'options.secret', /Did you mean `secrets`/],
  ['an option nobody knows', { ...good, xyzzyplugh: 1 }, 'unknown-option', 'options.xyzzyplugh', /Known here: .*store/],

  ...[0, Number.NaN, -1, Number.POSITIVE_INFINITY, '300', null, 1.5, 604_801].map(
    (value): Mistake => [
      `a tolerance of ${JSON.stringify(value) ?? value} (${String(value)})`,
      { ...good, toleranceSeconds: value },
      'invalid-tolerance',
      'toleranceSeconds',
      /give whole seconds from 1 to 604800/,
    ],
  ),
  [
    'a tolerance of nothing for the future',
    { ...good, toleranceSeconds: { past: 300, future: 0 } },
    'invalid-tolerance',
    'toleranceSeconds.future',
    /give whole seconds from 1/,
  ],
  [
    'a tolerance where no time is signed',
    { provider: github(), secrets: SECRET, toleranceSeconds: 300 },
    'invalid-tolerance',
    'toleranceSeconds',
    /Leave the option out/,
  ],

  ...['maxBodyBytes', 'bodyTimeoutMs', 'maxHeldBytes', 'keepHours', 'handlerTimeoutMs'].flatMap((option) =>
    [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '10', null].map(
      (value): Mistake => [
        `${option} of ${JSON.stringify(value)} (${String(value)})`,
        { ...good, [option]: value },
        'invalid-limit',
        option,
        /give a positive whole number of (?:bytes|milliseconds|hours)/,
      ],
    ),
  ),

  ['an empty allowlist', { ...good, allow: [] }, 'empty-allowlist', 'allow', /leave the option out/],
  [
    'every address there is',
    { ...good, allow: ['0.0.0.0/0'] },
    'invalid-address',
    'allow[0]',
    /leave the allowlist out/,
  ],
  ['every IPv6 address', { ...good, allow: ['::/0'] }, 'invalid-address', 'allow[0]', /leave the allowlist out/],
  [
    'host bits',
    { ...good, allow: ['192.0.2.0/24', '192.0.2.7/24'] },
    'invalid-address',
    'allow[1]',
    /host bits set: write the network/,
  ],
  ['a host name', { ...good, allow: ['example.com'] }, 'invalid-address', 'allow[0]', /not a plain IPv4 or IPv6/],
  ['a short address', { ...good, allow: ['127.1'] }, 'invalid-address', 'allow[0]', /not a plain IPv4 or IPv6/],
  ['a prefix too long', { ...good, allow: ['192.0.2.0/33'] }, 'invalid-address', 'allow[0]', /not a prefix length/],
  ['text for a list', { ...good, allow: '192.0.2.0/24' }, 'empty-allowlist', 'allow', /give at least one/],

  ['a store without methods', { ...good, store: {} }, 'invalid-option', 'store', /no claim\(\)/],
  ['a name with a space', { ...good, endpoint: 'my hook' }, 'invalid-option', 'endpoint', /give a name/],
  ['a schema that is none', { ...good, schema: {} }, 'invalid-option', 'schema', /Standard Schema/],
  ['a clock that is a number', { ...good, now: 1 }, 'invalid-option', 'now', /give a function/],
  ['a hook that is text', { ...good, onVerdict: 'log' }, 'invalid-option', 'onVerdict', /give a function/],
  ['a path that is none', { ...good, eventId: 'a..b' }, 'invalid-option', 'eventId', /path of the event id/],
];

describe('webhook at start-up', () => {
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (name.startsWith('POSTERN_TEST_')) delete process.env[name];
  });

  function refusalOf(run: () => unknown) {
    try {
      run();
    } catch (error) {
      if (isConfigurationError(error)) return error;
      throw error;
    }
    throw new Error('It was accepted.');
  }

  it.each(MISTAKES)('refuses %s', (_what, options, code, option, remedy) => {
    for (const form of [[options], [options, () => undefined]]) {
      const error = refusalOf(() => guard(...form));
      expect(error).toMatchObject({ name: 'ConfigurationError', code, option });
      expect(error.message).toMatch(remedy);
      expect(error.message.startsWith(`${option}: `)).toBe(true);
      expect(error.help).toMatch(/^https:\/\/.+#start-up-refusals$/);
      expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain(SECRET);
    }
  });

  it('accepts what each of these mistakes was meant to be', () => {
    const store = {
      claim: async () => ({ done: true }) as const,
      complete: async () => true,
      release: async () => true,
    };
    const meant = [
      good,
      { ...good, secrets: Array.from({ length: 8 }, (_, index) => `${SECRET}-${index}`) },
      { ...good, toleranceSeconds: 1 },
      { ...good, toleranceSeconds: { past: 300, future: 1 } },
      { ...good, maxBodyBytes: 1, bodyTimeoutMs: 1, maxHeldBytes: 1, keepHours: 1, handlerTimeoutMs: 1 },
      { ...good, allow: ['192.0.2.0/24', '192.0.2.7', '2001:db8::/32', '::1'] },
      { ...good, store, endpoint: 'my-hook', now: () => 1, onVerdict: () => undefined, eventId: 'data.id' },
    ];
    for (const options of meant) {
      expect(typeof guard(options)).toBe('function');
      expect(typeof guard(options, () => undefined)).toBe('function');
    }
  });

  it.each([undefined, null, 'handler', {}, []])(
    'refuses a handler that is %j, and does not take it for the middleware form',
    (handler) => {
      const error = refusalOf(() => guard(good, handler));
      expect(error).toMatchObject({ code: 'invalid-option', option: 'handler' });
      expect(error.message).toMatch(/give a function: \(delivery, req, res\)/);
    },
  );

  it('reads an environment variable when the guard is made, and names it in its refusals', () => {
    const secrets = fromEnv('POSTERN_TEST_SECRET');
    const missing = refusalOf(() => guard({ ...good, secrets }));
    expect(missing).toMatchObject({ code: 'missing-variable', option: 'POSTERN_TEST_SECRET' });
    expect(missing.message).toMatch(/POSTERN_TEST_SECRET is not set. Set it/);
    for (const [value, code] of [
      ['', 'blank-secret'],
      [`${SECRET} `, 'padded-secret'],
      ['your_consumer_key', 'placeholder-secret'],
    ] as const) {
      process.env.POSTERN_TEST_SECRET = value;
      const error = refusalOf(() => guard({ ...good, secrets }));
      expect(error.code).toBe(code);
      expect(error.message).toContain('POSTERN_TEST_SECRET');
    }
    process.env.POSTERN_TEST_SECRET = SECRET;
    expect(typeof guard({ ...good, secrets })).toBe('function');
  });

  it.each(['NEXT_PUBLIC_SECRET', 'VITE_SECRET'])('refuses the variable %s, which browsers would be sent', (name) => {
    const error = refusalOf(() => guard({ ...good, secrets: fromEnv(name) }));
    expect(error).toMatchObject({ code: 'client-side-variable', option: name });
    expect(error.message).toMatch(/name it without/);
  });

  it('only warns of a short secret', async () => {
    const warned = new Promise<Error & { code?: string }>((resolve) => process.once('warning', resolve));
    expect(typeof guard({ ...good, secrets: 'test-short' })).toBe('function');
    const warning = await warned;
    expect(warning.code).toBe('POSTERN_SHORT_SECRET');
    expect(warning.message).not.toContain('test-short');
  });
});
