// Providers that sign the URL they call, all of them: the configured one counts, and no header of the request.
import { readdirSync, readFileSync } from 'node:fs';
import { type HeaderLines, verify } from '@postern/core';
import { describe, expect, it } from 'vitest';
import { findProvider } from '../../packages/cli/src/known-providers.ts';

interface Vector {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
  readonly now: number | null;
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderLines;
  readonly body?: string;
  readonly bodyBase64?: string;
}

const FOLDER = new URL('../vectors/', import.meta.url);
const VECTORS = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map(
    (file) =>
      [file.slice(0, -'.json'.length), JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Vector] as const,
  )
  .filter(([, { settings }]) => settings.publicUrl !== undefined);

/** What a stranger would have to write to make another URL count. */
const ELSEWHERE: HeaderLines = [
  ['Host', 'elsewhere.example'],
  ['X-Forwarded-Host', 'elsewhere.example'],
  ['X-Forwarded-Proto', 'http'],
  ['X-Original-URL', '/elsewhere'],
  ['Forwarded', 'host=elsewhere.example;proto=http'],
];

describe('a provider that signs the URL', () => {
  it('is one of many', () => {
    expect(VECTORS.length).toBeGreaterThan(12);
  });

  it.each(VECTORS)('%s is held to the configured URL, whatever Host says', async (name, vector) => {
    const bytes =
      vector.bodyBase64 === undefined ? Buffer.from(vector.body ?? '') : Buffer.from(vector.bodyBase64, 'base64');
    const judge = async (publicUrl: unknown, headers: HeaderLines) => {
      const found = findProvider(name)?.({ ...vector.settings, publicUrl });
      if (found === undefined) throw new Error(`there is no provider ${name}`);
      const verdict = await verify(
        {
          method: vector.method,
          url: vector.url,
          headers: [...headers, ...vector.headers],
          body: new Uint8Array(bytes),
        },
        {
          provider: { ...found, handshakes: [] },
          secrets: vector.secrets,
          now: vector.now === null ? 'signed-time' : () => (vector.now ?? 0) * 1000,
        },
      );
      return verdict.outcome;
    };
    const url = String(vector.settings.publicUrl);
    const configured = findProvider(name)?.(vector.settings)?.scheme.publicUrl;
    // Some take it as a setting for one of their forms, and sign none in the form of the vector.
    if (configured !== undefined) expect(configured).toBe(url);
    expect(await judge(url, [])).toBe('accepted');
    expect(await judge(url, ELSEWHERE)).toBe('accepted');
    const other = new URL(url);
    other.host = 'elsewhere.example';
    other.pathname = `${other.pathname}/elsewhere`;
    // Where the path below a base is signed, another base says nothing else.
    if (vector.settings.baseUrl === undefined && configured !== undefined)
      expect(await judge(other.href, ELSEWHERE)).toBe('rejected');
  });
});
