import {
  type Capture,
  createVerifier,
  type HeaderLines,
  isConfigurationError,
  type Provider,
  sign,
  type Verdict,
  verify,
  verifySignature,
} from '@postern/core';
import * as providers from '@postern/core/providers';
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { fc } from './src/fast-check.ts';
import { DIGEST_BYTES } from '../packages/core/src/lib/crypto.ts';

/** Of 32 bytes: some providers fix that length. */
const SECRET = 'whsec_dGVzdC1zZWNyZXQtZm9yLXByb3BlcnR5LXRlc3Rpbmc=';
const NOW = 1_767_225_600;
const HEADER_BYTES = 16_384;

/**
 * Every provider that signs bodies of any bytes with a shared secret and writes the signature into a header, with the settings of its vector and each of its formats: a new one is
 * held to the same properties without another line here. Key pairs, tokens and signatures in the body are tried in provider-vectors.test.ts.
 */
const PROVIDERS: readonly (readonly [string, Provider])[] = [
  ...Object.values(providers).flatMap((make) => {
    // WebCrypto has no MD5: these are refused at start-up there.
    if (!Object.hasOwn(DIGEST_BYTES, 'md5') && ['patreon', 'payfast', 'payuEurope'].includes(make.name)) return [];
    const provider = withVectorSettings(make as (settings: object) => Provider);
    const { kind, signs, readBody } = provider.scheme;
    // A header that names the key is a hint, on which nothing depends where the secret has no name of its own.
    const { headers } = provider.scheme;
    const hinted = ['ably', 'klarna', 'pusher'].includes(provider.name);
    const covers = signs.body && readBody === undefined && headers.length > 0 && !hinted;
    return covers && ['hmac', 'digest', 'standard-webhook'].includes(kind) ? [[provider.name, provider] as const] : [];
  }),
  ['github sha1', providers.github({ algorithm: 'sha1' })],
  ['liasonpay bare', providers.liasonpay({ format: 'bare' })],
  ['liasonpay plain', providers.liasonpay({ format: 'plain' })],
  ['liasonpay plain-liason', providers.liasonpay({ format: 'plain-liason' })],
];

/** A provider under the settings of its vector file, which is named as it is. */
function withVectorSettings(make: (settings: object) => Provider): Provider {
  const name = make.name.replace(/[A-Z]|(?<=[a-z])\d/g, (letter) => `-${letter.toLowerCase()}`);
  const file = [name, name.replace(/-(\d)/g, '$1')].find((one) =>
    existsSync(new URL(`vectors/${one}.json`, import.meta.url)),
  );
  const { settings } = JSON.parse(readFileSync(new URL(`vectors/${file}.json`, import.meta.url), 'utf8')) as {
    settings: { toleranceSeconds?: number };
  };
  const { toleranceSeconds: _, ...rest } = settings;
  return make(rest);
}

/** The first secret that has the form the provider takes. */
function secretOf(provider: Provider, candidates = [SECRET, 'ab'.repeat(32)]): string {
  const { scheme } = provider;
  return candidates.find((secret) => {
    try {
      return scheme.importSecret(secret, 'secrets').bytes > 0;
    } catch {
      return false;
    }
  }) as string;
}

const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 512 }),
  fc.json().map((text) => new TextEncoder().encode(text)),
  fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
  fc
    .constantFrom("$'", '$&', '{body}', '{timestamp}', '\ufeff{}', '\0', '\r\n', '25.00', '')
    .map((text) => new TextEncoder().encode(text)),
);

const ids = fc
  .string({ unit: fc.constantFrom(...'abcXYZ019_-:,=+/~!'), minLength: 1, maxLength: 64 })
  .map((id) => `msg_${id}`);

async function deliver(provider: Provider, body: Uint8Array, id = 'msg_1', timestamp = NOW): Promise<Capture> {
  const headers = await sign(provider, { secret: secretOf(provider), body, id, timestamp });
  return { method: 'POST', url: '/', headers: Object.entries(headers), body };
}

function judge(provider: Provider, capture: Capture): Promise<Verdict> {
  return verify(capture, { provider, secrets: secretOf(provider), now: () => NOW * 1000 });
}

/** The same capture with one header's text replaced. */
function withHeader(capture: Capture, name: string, text: string): Capture {
  const headers: HeaderLines = capture.headers.map((line) => (line[0] === name ? [name, text] : line));
  return { ...capture, headers };
}

/** The fastest of many runs, milliseconds: on a busy machine the others say nothing of what was run. */
async function fastest(run: () => Promise<unknown>, times = 51): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await run();
    taken.push(performance.now() - start);
  }
  return Math.min(...taken);
}

beforeAll(() => {
  // The short and repeated secrets of these tests are meant.
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});

it('covers the providers that sign bodies with a shared secret', () => {
  expect(PROVIDERS.length).toBeGreaterThanOrEqual(20);
});

/** The six of which the corpus is made are tried most: the others are made of the same words. */
const TRIED_MOST = ['github', 'liasonpay', 'shopify', 'slack', 'standard-webhooks', 'stripe'];

/** These sign a challenge with the key of their deliveries. */
const ASKED_TO_SIGN = ['x', 'qq-bot'];

describe.each(PROVIDERS)('%s', (_, provider) => {
  const runs = (most: number) => ({ numRuns: TRIED_MOST.includes(provider.name) ? most : Math.ceil(most / 10) });

  const { past, future } = provider.tolerance ?? { past: 300, future: 300 };

  it('accepts what it signs, over any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, ids, fc.integer({ min: -past, max: future }), async (body, any, offset) => {
        // What they would sign for whoever asks is no delivery: signable.test.ts has those.
        fc.pre(
          !ASKED_TO_SIGN.includes(provider.name) || !/^[\w.~+/=-]{1,128}$/.test(Buffer.from(body).toString('latin1')),
        );
        // Twitch has nothing between its id and its time, so the id is a word.
        const id = provider.name === 'twitch-eventsub' ? any.replace(/[^\w-]/g, '') : any;
        const capture = await deliver(provider, body, id, NOW + offset);
        expect(await judge(provider, capture)).toMatchObject({ outcome: 'accepted' });
      }),
      runs(100),
    );
  });

  it('refuses a body of which one bit is changed, one byte taken away or one added', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, fc.nat(), fc.integer({ min: 1, max: 255 }), async (body, place, flip) => {
        const capture = await deliver(provider, body);
        const at = body.byteLength === 0 ? 0 : place % body.byteLength;
        const changes = [Uint8Array.of(...body.subarray(0, at), flip, ...body.subarray(at))];
        if (body.byteLength > 0) {
          changes.push(body.map((byte, index) => (index === at ? byte ^ flip : byte)));
          changes.push(Uint8Array.of(...body.subarray(0, at), ...body.subarray(at + 1)));
        }
        for (const changed of changes) {
          expect(await judge(provider, { ...capture, body: changed })).toMatchObject({
            outcome: 'rejected',
            reason: 'bad-signature',
          });
        }
      }),
      runs(100),
    );
  });

  it('refuses a header of which one character is changed: time, id and signature alike', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, fc.nat(), fc.integer({ min: 0x21, max: 0xff }), async (body, place, code) => {
        const capture = await deliver(provider, body);
        for (const [name, text] of capture.headers) {
          const at = place % text.length;
          const character = String.fromCharCode(code);
          const old = text.charAt(at);
          if (character === old) continue;
          // A hex digit in the other case is the same bytes, by decision. Nothing else may change its case.
          const hex = /[0-9a-f]{32,}$/.exec(text)?.index ?? text.length;
          if (at >= hex && character.toLowerCase() === old) continue;
          // Worldpay numbers its keys, and every secret is tried.
          if (provider.name === 'worldpay' && at === 0 && /[1-9]/.test(character)) continue;
          // Convoy names its signatures v1 to v4, and each of them may be of any live secret.
          if (provider.name === 'convoy' && text.charAt(at - 1) === 'v' && /[1-4]/.test(character)) continue;
          const changed = withHeader(capture, name, text.slice(0, at) + character + text.slice(at + 1));
          expect(await judge(provider, changed), `${name}: ${old} became ${character} at ${at}`).toMatchObject({
            outcome: 'rejected',
          });
        }
      }),
      runs(300),
    );
  });

  it('refuses a header that was cut, lengthened or sent twice', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, fc.nat(), fc.string({ minLength: 1, maxLength: 8 }), async (body, place, more) => {
        const capture = await deliver(provider, body);
        for (const [name, text] of capture.headers) {
          const refused = { outcome: 'rejected' };
          expect(await judge(provider, withHeader(capture, name, text.slice(0, place % text.length)))).toMatchObject(
            refused,
          );
          const twice: HeaderLines = [...capture.headers, [name.toUpperCase(), text]];
          expect(await judge(provider, { ...capture, headers: twice })).toMatchObject({
            outcome: 'rejected',
            reason: 'duplicate-header',
          });
          // White space at the end is taken off (RFC 9110); anything else belongs to the value.
          const longer = text + more;
          if (longer.replace(/[ \t]+$/, '') === text || /^[,; ]/.test(more)) continue;
          expect(await judge(provider, withHeader(capture, name, longer))).toMatchObject(refused);
        }
      }),
      runs(100),
    );
  });

  it('refuses another secret', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, fc.uint8Array({ minLength: 32, maxLength: 32 }), async (body, key) => {
        const capture = await deliver(provider, body);
        const [base64, hex] = [Buffer.from(key).toString('base64'), Buffer.from(key).toString('hex')];
        const secrets = secretOf(provider, [`whsec_${base64}`, base64, hex.padEnd(64, '0').slice(0, 64)]);
        fc.pre(secrets !== secretOf(provider));
        expect(await verify(capture, { provider, secrets, now: () => NOW * 1000 })).toMatchObject({
          outcome: 'rejected',
          reason: 'bad-signature',
        });
      }),
      runs(100),
    );
  });

  it('neither throws at nor accepts any header text', async () => {
    const fragments = fc.constantFrom(
      't=1767225600',
      'v1=',
      'v1,',
      'sha256=',
      'v0=',
      ',',
      ' ',
      '=',
      'ab'.repeat(32),
      `${'A'.repeat(43)}=`,
      '1767225600',
      'NaN',
      '\u00ff',
      '\0',
      '\r\n',
      '__proto__=1',
      '\ud800',
      '٣',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.array(fragments, { maxLength: 40 }).map((parts) => parts.join('')),
      fc.array(fragments, { maxLength: 40 }).map((parts) => parts.join(',')),
    );
    const { scheme } = provider;
    const lines = fc.array(fc.tuple(fc.constantFrom(...scheme.headers, 'x-other', 'constructor'), texts), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(lines, bodies, async (headers, body) => {
        const capture: Capture = { method: 'POST', url: '/', headers, body };
        const { statuses } = provider;
        // 401, or what this sender demands in its place.
        const status = expect.toBeOneOf([401, ...Object.values(statuses)]);
        expect(await judge(provider, capture)).toMatchObject({ outcome: 'rejected', status });
        expect(await verifySignature(capture, { provider, secrets: secretOf(provider) })).toMatchObject({
          verified: false,
        });
      }),
      runs(400),
    );
  });

  const genuine = deliver(provider, new Uint8Array());
  const units = [
    ',',
    ' ',
    '=',
    't=1,',
    'v1=a,',
    'v1,a ',
    `v1=${'ab'.repeat(32)},`,
    `v1,${'A'.repeat(43)}= `,
    '\u00ff',
    '\t',
    '9',
  ];

  it.each(units)('neither throws at nor accepts 16 KiB of %j in any of its headers', async (unit) => {
    const text = unit.repeat(Math.ceil(HEADER_BYTES / unit.length)).slice(0, HEADER_BYTES);
    const capture = await genuine;
    for (const [name, value] of capture.headers) {
      expect(await judge(provider, withHeader(capture, name, text))).toMatchObject({
        outcome: 'rejected',
        status: 401,
      });
      for (const filled of [value + text, text + value, `${value},${text}`, `${text},${value}`, `${value} ${text}`]) {
        const verdict = await judge(provider, withHeader(capture, name, filled));
        if (verdict.outcome === 'rejected') expect(verdict.status).toBe(401);
        // The genuine value between blanks, or first in a list with room for several, is the genuine value still.
        else
          expect(
            filled.trim() === value || /\b(?:v1|s0?|signature)[=,]|^t(?:imestamp)?=|^\d{13},/.test(value),
            `${name}: ${filled.slice(0, 99)}`,
          ).toBe(true);
      }
    }
  });

  // The others read their headers by the same grammars.
  const timed = TRIED_MOST.includes(provider.name) ? units : [];
  it.each(timed)('judges a delivery with 16 KiB of %j in a header in under a millisecond', async (unit) => {
    const text = unit.repeat(Math.ceil(HEADER_BYTES / unit.length)).slice(0, HEADER_BYTES);
    const capture = await genuine;
    const judgeOne = createVerifier({ provider, secrets: secretOf(provider), now: () => NOW * 1000 });
    for (const [name, value] of capture.headers)
      for (const filled of [text, `${value},${text}`]) {
        const hostile = withHeader(capture, name, filled);
        expect(await fastest(() => judgeOne(hostile))).toBeLessThan(1);
      }
  });
});

it('refuses every option set it throws for with a ConfigurationError, never with another error', async () => {
  const capture = await deliver(providers.stripe(), new Uint8Array());
  const junk = fc.oneof(fc.anything(), fc.string(), fc.constant(undefined));
  const options = fc.record(
    {
      provider: fc.oneof(junk, fc.constant(providers.stripe())),
      secrets: junk,
      toleranceSeconds: junk,
      maxBodyBytes: junk,
    },
    { requiredKeys: ['secrets'] },
  );
  await fc.assert(
    fc.asyncProperty(options, async (value) => {
      let verdict: unknown;
      try {
        verdict = await verify(capture, value as Parameters<typeof verify>[1]);
      } catch (error) {
        expect(isConfigurationError(error), String(error)).toBe(true);
        return;
      }
      expect(verdict).toMatchObject({ outcome: 'rejected' });
    }),
    { numRuns: 500 },
  );
});
