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
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';

const SECRET = 'whsec_dGVzdC1zZWNyZXQtZm9yLXByb3BlcnR5LXRlc3Rz';
const NOW = 1_767_225_600;
const HEADER_BYTES = 16_384;

/** Every provider there is, with each of its formats: a new one is held to the same properties without another line here. */
const PROVIDERS: readonly (readonly [string, Provider])[] = [
  ...Object.entries(providers).map(([name, make]) => [name, make()] as const),
  ['github sha1', providers.github({ algorithm: 'sha1' })],
  ['liasonpay bare', providers.liasonpay({ format: 'bare' })],
  ['liasonpay plain', providers.liasonpay({ format: 'plain' })],
  ['liasonpay plain-liason', providers.liasonpay({ format: 'plain-liason' })],
];

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
  const headers = await sign(provider, { secret: SECRET, body, id, timestamp });
  return { method: 'POST', url: '/', headers: Object.entries(headers), body };
}

function judge(provider: Provider, capture: Capture): Promise<Verdict> {
  return verify(capture, { provider, secrets: SECRET, now: () => NOW * 1000 });
}

/** The same capture with one header's text replaced. */
function withHeader(capture: Capture, name: string, text: string): Capture {
  const headers: HeaderLines = capture.headers.map((line) => (line[0] === name ? [name, text] : line));
  return { ...capture, headers };
}

/** The median of many runs, milliseconds: one slow run on a busy machine says nothing. */
async function median(run: () => Promise<unknown>, times = 101): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await run();
    taken.push(performance.now() - start);
  }
  return taken.sort((a, b) => a - b)[times >> 1] ?? Number.POSITIVE_INFINITY;
}

beforeAll(() => {
  // The short and repeated secrets of these tests are meant.
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});

it('covers every provider of the package', () => {
  expect(PROVIDERS.length).toBeGreaterThanOrEqual(10);
  expect(new Set(PROVIDERS.map(([, { name }]) => name)).size).toBe(Object.keys(providers).length);
});

describe.each(PROVIDERS)('%s', (_, provider) => {
  it('accepts what it signs, over any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, ids, fc.integer({ min: -300, max: 300 }), async (body, id, offset) => {
        const capture = await deliver(provider, body, id, NOW + offset);
        expect(await judge(provider, capture)).toMatchObject({ outcome: 'accepted' });
      }),
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
          const hex = /[0-9a-f]{40,}$/.exec(text)?.index ?? text.length;
          if (at >= hex && character.toLowerCase() === old) continue;
          const changed = withHeader(capture, name, text.slice(0, at) + character + text.slice(at + 1));
          expect(await judge(provider, changed), `${name}: ${old} became ${character} at ${at}`).toMatchObject({
            outcome: 'rejected',
          });
        }
      }),
      { numRuns: 300 },
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
    );
  });

  it('refuses another secret', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, fc.uint8Array({ minLength: 16, maxLength: 64 }), async (body, key) => {
        const capture = await deliver(provider, body);
        const secrets = `whsec_${Buffer.from(key).toString('base64')}`;
        fc.pre(secrets !== SECRET);
        expect(await verify(capture, { provider, secrets, now: () => NOW * 1000 })).toMatchObject({
          outcome: 'rejected',
          reason: 'bad-signature',
        });
      }),
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
        expect(await judge(provider, capture)).toMatchObject({ outcome: 'rejected', status: 401 });
        expect(await verifySignature(capture, { provider, secrets: SECRET })).toMatchObject({ verified: false });
      }),
      { numRuns: 400 },
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
        else expect(filled.trim() === value || /v1[=,]/.test(value), `${name}: ${filled.slice(0, 99)}`).toBe(true);
      }
    }
  });

  it.each(units)('judges a delivery with 16 KiB of %j in a header in under a millisecond', async (unit) => {
    const text = unit.repeat(Math.ceil(HEADER_BYTES / unit.length)).slice(0, HEADER_BYTES);
    const capture = await genuine;
    const judgeOne = createVerifier({ provider, secrets: SECRET, now: () => NOW * 1000 });
    for (const [name, value] of capture.headers)
      for (const filled of [text, `${value},${text}`]) {
        const hostile = withHeader(capture, name, filled);
        expect(await median(() => judgeOne(hostile))).toBeLessThan(1);
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
