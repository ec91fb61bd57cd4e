import { describe, expect, it } from 'vitest';
import { createReceiver } from '../lib/receiver.ts';
import { type GithubSettings, github } from './github.ts';

describe('github', () => {
  it.each(['ghp_0123456789abcdef', 'github_pat_0123456789', 'gho_0123456789abcdef', 'ghs_0123456789abcdef'])(
    'refuses the access token %s as a signing secret',
    (secrets) => {
      expect(() => createReceiver({ provider: github(), secrets })).toThrow(
        expect.objectContaining({ code: 'wrong-kind-secret', option: 'secrets' }),
      );
    },
  );

  it('reads one header, pinned by the setting and never by the sender', () => {
    expect(github().scheme.headers).toEqual(['x-hub-signature-256']);
    expect(github({ algorithm: 'sha256' }).scheme.headers).toEqual(['x-hub-signature-256']);
    expect(github({ algorithm: 'sha1' }).scheme.headers).toEqual(['x-hub-signature']);
  });

  it.each([
    [{ algorithm: 'md5' }, 'invalid-option', 'github.algorithm'],
    [{ algorithm: 'toString' }, 'invalid-option', 'github.algorithm'],
    [{ digest: 'sha256' }, 'unknown-option', 'github.digest'],
    [{ toleranceSeconds: 300 }, 'unknown-option', 'github.toleranceSeconds'],
  ])('refuses %o', (settings, code, option) => {
    expect(() => github(settings as GithubSettings)).toThrow(expect.objectContaining({ code, option }));
  });

  it('identifies nothing by a header that is not signed, and takes 25 MB', () => {
    expect(github()).toMatchObject({ eventId: undefined, tolerance: undefined, maxBodyBytes: 26_214_400 });
  });
});
