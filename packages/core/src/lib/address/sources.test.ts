import { describe, expect, it } from 'vitest';
import { defineProvider, type ProviderData } from '../scheme/define-provider.ts';
import { none } from '../scheme/none.ts';
import { allowlist } from './allowlist.ts';
import { compileAllow, type KeptRanges, type RangeSource } from './sources.ts';

const NOW = Date.parse('2026-11-27T00:00:00Z');
const ADDRESSES = { ranges: ['192.0.2.0/24', '2001:db8::/32'], asOf: '2026-11-01', source: 'https://acme.example/ips' };

function compile(allow: Parameters<typeof compileAllow>[0], data: Partial<ProviderData> = {}, now = NOW) {
  const warned: string[] = [];
  const provider = defineProvider({ name: 'acme', scheme: none({}), ...data });
  const means = { provider, clock: () => 0, warn: (message: string) => warned.push(message) };
  return { warned, allowed: compileAllow(allow, means, () => now) };
}

/** A source of lists that are there, or not. */
function source(...lists: (string[] | undefined)[]): RangeSource & { renewed: number } {
  const one = {
    renewed: 0,
    open: () =>
      lists.map(
        (ranges, index): KeptRanges => ({
          current: () => (ranges === undefined ? { lacking: `list ${index + 1} is missing` } : allowlist(ranges)),
          renew: async () => {
            one.renewed++;
            return false;
          },
        }),
      ),
  };
  return one;
}

describe('allow', () => {
  it('takes the provider’s published ranges, alone and beside one’s own', () => {
    for (const allow of ['provider', ['provider']] as const) {
      const { allowed, warned } = compile(allow, { addresses: ADDRESSES });
      expect(['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::1'].map(allowed.allows)).toEqual([true, true, true]);
      expect(['198.51.100.1', '2001:db9::1', ''].map(allowed.allows)).toEqual([false, false, false]);
      expect(warned).toEqual([]);
      // Nothing in it changes, so nothing is waited for.
      expect(allowed.renew).toBeUndefined();
    }
    const { allowed } = compile(['198.51.100.0/24', 'provider', '203.0.113.9'], { addresses: ADDRESSES });
    expect(['198.51.100.1', '192.0.2.1', '203.0.113.9'].map(allowed.allows)).toEqual([true, true, true]);
    expect(allowed.allows('203.0.113.8')).toBe(false);
  });

  it.each([
    ['no addresses', undefined, 'publishes no addresses'],
    [
      'names of hosts',
      { ...ADDRESSES, ranges: [], hosts: ['out.acme.example'] },
      "hostsFrom('provider') of @postern/core/outbound",
    ],
    [
      'a list to be fetched',
      { ...ADDRESSES, ranges: [], list: 'https://acme.example/ips.json' },
      "rangesFrom('provider') of @postern/core/outbound",
    ],
  ])('refuses the ranges of a provider that publishes %s, with the remedy', (_, addresses, remedy) => {
    for (const [allow, option] of [
      ['provider', 'allow'],
      [['192.0.2.1', 'provider'], 'allow[1]'],
    ] as const) {
      expect(() => compile(allow, addresses && { addresses })).toThrow(
        expect.objectContaining({ code: 'invalid-option', option, message: expect.stringContaining(remedy) }),
      );
    }
  });

  it('warns where the ranges were read more than a year ago', () => {
    const old = { ...ADDRESSES, asOf: '2025-11-27' };
    expect(compile('provider', { addresses: old }).warned).toEqual([]);
    const { warned, allowed } = compile('provider', { addresses: old }, NOW + 1);
    expect(warned).toEqual([expect.stringMatching(/acme .*2025-11-27.*https:\/\/acme\.example\/ips.*rangesFrom/)]);
    expect(allowed.allows('192.0.2.1')).toBe(true);
    // A runtime that shows no time while it loads, and a clock that is broken.
    for (const now of [0, Number.NaN]) expect(compile('provider', { addresses: old }, now).warned).toEqual([]);
  });

  it.each([
    ['host bits', ['provider', '192.0.2.7/24'], 'invalid-address', 'allow[1]'],
    ['/0', [source(['192.0.2.1']), 'provider', '0.0.0.0/0'], 'invalid-address', 'allow[2]'],
    ['a number', ['provider', 7], 'invalid-address', 'allow[1]'],
    ['null', [null, 'provider'], 'invalid-address', 'allow[0]'],
    ['an object that is no source', ['provider', {}], 'invalid-address', 'allow[1]'],
    ['another word', ['providers'], 'invalid-address', 'allow[0]'],
    ['no entry', [], 'empty-allowlist', 'allow'],
    ['null for a list', null, 'empty-allowlist', 'allow'],
    ['text for a list', '192.0.2.1', 'empty-allowlist', 'allow'],
    ['a function', () => true, 'empty-allowlist', 'allow'],
  ])('refuses %s under the place where it stands', (_, allow, code, option) => {
    expect(() => compile(allow as never, { addresses: ADDRESSES })).toThrow(expect.objectContaining({ code, option }));
  });

  it('allows what any of its lists holds, and says which list is missing for the rest', async () => {
    const lists = source(['192.0.2.0/24'], undefined);
    const { allowed } = compile(['198.51.100.1', lists]);
    expect(['192.0.2.1', '198.51.100.1'].map(allowed.allows)).toEqual([true, true]);
    expect(allowed.allows('203.0.113.1')).toBe(false);
    expect(allowed.lacking?.()).toBe('list 2 is missing');
    expect(await allowed.renew?.()).toBe(false);
    expect(lists.renewed).toBe(2);
    expect(compile(source(['192.0.2.0/24'])).allowed.lacking?.()).toBeUndefined();
  });

  it('tells a source the place where it stands, and its provider', () => {
    const seen: unknown[] = [];
    const watching: RangeSource = {
      open: ({ option, provider }) => {
        seen.push(option, provider.name);
        return source(['192.0.2.1']).open({} as never);
      },
    };
    compile(watching);
    compile(['192.0.2.9', watching]);
    expect(seen).toEqual(['allow', 'acme', 'allow[1]', 'acme']);
  });
});
