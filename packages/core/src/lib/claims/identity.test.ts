import { describe, expect, it } from 'vitest';
import { type IdentityParts, identityKey, materialDigest } from './identity.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const BASE: IdentityParts = {
  provider: 'acme',
  endpoint: 'payments',
  tenant: undefined,
  id: undefined,
  material: ['17', 'msg', bytes('{}')],
};
const key = (changes: Partial<IdentityParts>) => identityKey({ ...BASE, ...changes });

it('tells signed bytes apart that bear one event id', async () => {
  const digests = await Promise.all(
    [
      ['17', 'evt', bytes('{}')],
      ['18', 'evt', bytes('{}')],
      ['17', 'evt', bytes('{ }')],
      ['17', 'evt{', bytes('}')],
    ].map(materialDigest),
  );
  expect(new Set(digests).size).toBe(4);
});

describe('identityKey', () => {
  it('tells apart every shift of a border between two values', async () => {
    const shifted: Partial<IdentityParts>[] = [
      {},
      { provider: 'acm', endpoint: 'epayments' },
      { provider: 'acmepayments', endpoint: '' },
      { endpoint: 'pay', tenant: 'ments' },
      { endpoint: '', tenant: 'payments' },
      { material: ['1', '7msg', bytes('{}')] },
      { material: ['17', 'ms', bytes('g{}')] },
      { material: ['17', 'msg{}', bytes('')] },
      { material: ['', '17', bytes('msg{}')] },
      { material: ['17', 'msg{}'] },
      { material: ['2:17', 'msg', bytes('{}')] },
    ];
    const keys = await Promise.all(shifted.map(key));
    expect(new Set(keys).size).toBe(shifted.length);
  });

  it('tells apart providers, endpoints, ids and bodies', async () => {
    const keys = await Promise.all([
      key({}),
      key({ provider: 'other' }),
      key({ endpoint: 'refunds' }),
      key({ tenant: 'acme' }),
      key({ tenant: 'other' }),
      key({ id: 'evt_1' }),
      key({ id: 'evt_2' }),
      key({ material: ['17', 'msg', bytes('{ }')] }),
      key({ material: ['18', 'msg', bytes('{}')] }),
    ]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('does not take an id for material that reads the same', async () => {
    expect(await key({ id: 'abc' })).not.toBe(await key({ material: [bytes('abc')] }));
    expect(await key({ id: 'material' })).not.toBe(await key({ material: [] }));
  });

  it('goes by the signed id alone where there is one: a retry that is signed anew is the same event', async () => {
    expect(await key({ id: 'evt_1', material: ['17', '', bytes('a')] })).toBe(
      await key({ id: 'evt_1', material: ['99', '', bytes('b')] }),
    );
  });

  it('tells ids apart that differ beyond ASCII', async () => {
    const keys = await Promise.all(['é', 'e\u0301', 'Ã©', '\u{1f600}', '?', '\u0169', 'i'].map((id) => key({ id })));
    expect(new Set(keys).size).toBe(7);
  });

  it('has one length, whatever goes in, and shows none of it', async () => {
    for (const parts of [{}, { id: 'x'.repeat(100_000) }, { material: [new Uint8Array(1_000_000)] }])
      expect(await key(parts)).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(await key({ id: 'evt_secret' })).not.toContain('evt');
  });
});
