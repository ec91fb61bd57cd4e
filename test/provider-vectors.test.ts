// One genuine delivery of each provider, made by its vendor or by another program, and everything that must not pass in its place.
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type Capture,
  type HeaderLines,
  isConfigurationError,
  type Provider,
  type Secrets,
  verify,
} from '@postern/core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { findProvider, providerNames } from '../packages/cli/src/known-providers.ts';
import { DIGEST_BYTES } from '../packages/core/src/lib/crypto.ts';

/** A vector file: `vectors/NAME.json`. */
interface Vector {
  /** The vendor's page or test that published it, or the page the recipe follows. */
  readonly source: string;
  /** The recipe, where it was not published: never this code. */
  readonly madeBy?: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: readonly (string | { readonly id: string; readonly value: string })[];
  /** Unix seconds; `null` for the signed time. */
  readonly now: number | null;
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderLines;
  readonly body?: string;
  readonly bodyBase64?: string;
  /** Texts of the body and what stands in their place in a forgery. Needed where not every byte of the body is signed, or the signature stands in it. */
  readonly changed?: readonly (readonly [find: string, replace: string])[];
  /** The same, where nothing is wrong: what the vendor does not sign. */
  readonly open?: readonly (readonly [find: string, replace: string])[];
}

const FOLDER = fileURLToPath(new URL('vectors/', import.meta.url));
const NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length));

function load(name: string): { vector: Vector; provider: Provider; capture: Capture } {
  const vector = JSON.parse(readFileSync(`${FOLDER}${name}.json`, 'utf8')) as Vector;
  const found = findProvider(name)?.(vector.settings);
  if (found === undefined) throw new Error(`vectors/${name}.json is of no provider`);
  // Some vendors have published a signed handshake and no delivery. What is signed is the same; how it is answered is tested elsewhere.
  const provider: Provider = { ...found, handshakes: [] };
  const { method, url, headers, body, bodyBase64 } = vector;
  const bytes = bodyBase64 === undefined ? Buffer.from(body ?? '') : Buffer.from(bodyBase64, 'base64');
  return { vector, provider, capture: { method, url, headers, body: new Uint8Array(bytes) } };
}

const pem = (key: ReturnType<typeof generateKeyPairSync>['publicKey']) =>
  String((key as unknown as { export(o: object): unknown }).export({ format: 'pem', type: 'spki' }));

/** Secrets of nobody: one of them is of the form that a provider takes. */
const STRANGERS = [
  'whsec_dGVzdC1zZWNyZXQtb2Ytbm9ib2R5LWhlcmUtMDAwMDA=',
  'ab'.repeat(32),
  'nobody:test-password-of-nobody',
  Buffer.from(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex'),
  pem(generateKeyPairSync('ed25519').publicKey),
  pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey),
  pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey),
];

beforeAll(() => {
  // Published examples use short secrets.
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});

it('holds a delivery of every provider there is', () => {
  expect(NAMES.sort()).toEqual([...providerNames()]);
});

// WebCrypto has no MD5: these are refused at start-up there.
const MADE = Object.hasOwn(DIGEST_BYTES, 'md5')
  ? NAMES
  : NAMES.filter((name) => !['patreon', 'payfast', 'payu-europe'].includes(name));

describe.each(MADE)('%s', (name) => {
  const { vector, provider, capture } = load(name);
  const proves = provider.scheme.kind !== 'none';
  const judge = (
    one: Capture,
    secrets: Secrets = vector.secrets,
    now: number | null = vector.now,
    toleranceSeconds?: number,
  ) =>
    verify(one, {
      provider,
      secrets,
      now: now === null ? 'signed-time' : () => now * 1000,
      ...(toleranceSeconds === undefined ? {} : { toleranceSeconds }),
    });
  const withBody = (find: string, replace: string): Capture => {
    const text = Buffer.from(capture.body).toString('latin1');
    expect(text, `the body holds ${find}`).toContain(find);
    return {
      ...capture,
      body: new Uint8Array(
        Buffer.from(
          text.replace(find, () => replace),
          'latin1',
        ),
      ),
    };
  };

  it('says how it is proven, and by whom its delivery was made', () => {
    expect(['published', 'sdk', 'recipe']).toContain(provider.proof);
    expect(vector.source.length).toBeGreaterThan(10);
  });

  it('is accepted', async () => {
    expect(await judge(capture)).toMatchObject({ outcome: 'accepted' });
  });

  if (proves) {
    it('is refused under a secret of nobody', async () => {
      let tried = 0;
      for (const secret of STRANGERS) {
        const named = vector.secrets.map((one) => (typeof one === 'string' ? secret : { ...one, value: secret }));
        try {
          const { settings, secrets } = {
            settings: { ...vector.settings },
            secrets: named.length === 0 ? [secret] : named,
          };
          if (named.length > 0 || !('publicKey' in settings)) {
            expect(await judge(capture, secrets.slice(0, 1)), 'no stranger').toMatchObject({ outcome: 'rejected' });
          } else {
            const stranger = findProvider(name)?.({ ...settings, publicKey: secret }) as Provider;
            expect(await verify(capture, { provider: stranger, secrets: [], now: 'signed-time' })).toMatchObject({
              reason: 'bad-signature',
            });
          }
          tried++;
        } catch (error) {
          if (!isConfigurationError(error)) throw error;
        }
      }
      expect(tried).toBeGreaterThan(0);
    });

    it.each(provider.scheme.headers)('is refused without its %s header, and with it garbled', async (header) => {
      const is = ([one]: HeaderLines[number]) => one.toLowerCase() === header;
      if (!capture.headers.some(is)) return;
      // Of several headers that may each hold a signature, all are taken away.
      const several = provider.scheme.headers.filter((one) => /-(?:primary|secondary|\d+)$/.test(one));
      const gone = several.includes(header) ? several : [header];
      const without = capture.headers.filter(([one]) => !gone.includes(one.toLowerCase()));
      expect(await judge({ ...capture, headers: without })).toMatchObject({ outcome: 'rejected' });
      // Which key signed is a hint: a secret without a name of its own is tried whatever it says.
      if (/-(?:key-?id|serial)$/.test(header)) return;
      for (const text of ['', 'x', '\u00ff', ',', '=', '0'.repeat(5000), `0${capture.headers.find(is)?.[1]}`]) {
        const garbled = without.concat([[header, text]]);
        expect(await judge({ ...capture, headers: garbled }), text.slice(0, 20)).toMatchObject({ outcome: 'rejected' });
      }
      expect(await judge({ ...capture, headers: [...capture.headers, [header, 'x']] })).toMatchObject({
        reason: 'duplicate-header',
      });
    });
  }

  const everyByte = provider.scheme.signs.body && provider.scheme.readBody === undefined && capture.body.length > 0;
  if (everyByte) {
    it('is refused with one byte of its body changed, wherever it is', async () => {
      for (const at of [0, capture.body.length >> 1, capture.body.length - 1]) {
        const body = capture.body.map((byte, index) => (index === at ? byte ^ 1 : byte));
        expect(await judge({ ...capture, body })).toMatchObject({ reason: 'bad-signature' });
      }
      expect(await judge({ ...capture, body: capture.body.subarray(1) })).toMatchObject({ outcome: 'rejected' });
    });
  } else if (provider.scheme.readBody !== undefined && provider.scheme.kind !== 'static-token') {
    it('names texts of the body whose change is a forgery', () => {
      expect((vector.changed ?? []).length + (capture.body.length === 0 ? 1 : 0)).toBeGreaterThan(0);
    });
  }

  it.each(vector.changed ?? [])('is refused with %j written as %j', async (find, replace) => {
    expect(await judge(withBody(find, replace))).toMatchObject({ outcome: 'rejected' });
  });

  it.each(vector.open ?? [])(
    'is accepted with %j written as %j: that is not signed, and it says so',
    async (find, replace) => {
      expect(await judge(withBody(find, replace))).toMatchObject({ outcome: 'accepted' });
      expect(provider.unsigned).not.toEqual([]);
    },
  );

  if (provider.scheme.signs.timestamp) {
    it('is refused when its signed time is a second too old, or too far ahead', async () => {
      const verdict = await judge(capture);
      const { past = 0, future = 0 } = provider.tolerance ?? {};
      if (verdict.outcome !== 'accepted' || verdict.delivery.timestamp === undefined) throw new Error('it has no time');
      const { timestamp } = verdict.delivery;
      expect(await judge(capture, vector.secrets, timestamp + past)).toMatchObject({ outcome: 'accepted' });
      expect(await judge(capture, vector.secrets, timestamp + past + 1)).toMatchObject({ reason: 'stale' });
      expect(await judge(capture, vector.secrets, timestamp - future)).toMatchObject({ outcome: 'accepted' });
      expect(await judge(capture, vector.secrets, timestamp - future - 1)).toMatchObject({ reason: 'future' });
    });

    it('is refused when its time is moved by a second', async () => {
      const moved = capture.headers.map(([header, text]): [string, string] => [header, moveTime(text)]);
      const body = Buffer.from(capture.body).toString('latin1');
      if (moved.every(([, text], index) => text === capture.headers[index]?.[1])) {
        // It stands in a token or in the body, where a change of any byte is tried above.
        expect(provider.scheme.kind === 'jwt' || body.length > 0).toBe(true);
        return;
      }
      expect(await judge({ ...capture, headers: moved }, vector.secrets, null)).toMatchObject({ outcome: 'rejected' });
    });
  }
});

/** Text with a time in it, a second later. */
function moveTime(text: string): string {
  return text
    .replace(/(?<!\d)1\d{9}(?!\d)/, (time) => String(Number(time) + 1))
    .replace(/(?<!\d)1\d{12}(?!\d)/, (time) => String(Number(time) + 1000))
    .replace(
      /:(\d\d)(Z|[+-]\d\d:\d\d| GMT)/,
      (_, seconds: string, zone: string) =>
        `:${seconds === '59' ? '58' : String(Number(seconds) + 1).padStart(2, '0')}${zone}`,
    );
}
