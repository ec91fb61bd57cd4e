// Certificates that were fetched, and which of them are believed.
import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { type Certificate, isSignedBy, readCertificates } from '../../packages/core/src/lib/keys/certificate.ts';
import { type ChainRules, findFault } from '../../packages/core/src/lib/keys/chain.ts';
import { createAuthority, type Issued } from './authority.ts';

const NAME = 'certs.vendor.example';
const NOW = Date.parse('2030-01-01');
const root = createAuthority('Test root');
const middle = root.issue({ commonName: 'Test intermediate', authority: true });
const leaf = middle.issue({ names: [NAME] });

const read = (...issued: Issued[]) => readCertificates(issued.map(({ certificate }) => certificate).join('')) ?? [];
const anchors = read(root);
const faultOf = (chain: readonly Certificate[], rules: Partial<ChainRules> = {}, now = NOW) =>
  findFault(chain, { names: [NAME], anchors, anchored: true, ...rules }, now);

describe('a chain of certificates', () => {
  it('is believed where it leads to an authority that is trusted', async () => {
    expect(await faultOf(read(leaf, middle))).toBeUndefined();
    expect(await faultOf(read(leaf, root, middle))).toBeUndefined();
    expect(await faultOf(read(root.issue({ names: [NAME] })))).toBeUndefined();
  });

  it('may end before a known authority only where that is allowed', async () => {
    expect(await faultOf(read(leaf))).toMatch(/no authority/);
    expect(await faultOf(read(leaf), { anchored: false })).toBeUndefined();
  });

  it.each<[string, RegExp, () => readonly Certificate[]]>([
    ['another name', /another name/, () => read(middle.issue({ names: ['evil.example'] }), middle)],
    ['a longer name', /another name/, () => read(middle.issue({ names: [`${NAME}.evil.example`] }), middle)],
    [
      'a common name beside other names',
      /another name/,
      () => read(middle.issue({ commonName: NAME, names: ['evil.example'] }), middle),
    ],
    [
      'one that has expired',
      /not in force/,
      () => read(middle.issue({ names: [NAME], notAfter: new Date('2029-12-31') }), middle),
    ],
    [
      'one that is not in force yet',
      /not in force/,
      () => read(middle.issue({ names: [NAME], notBefore: new Date('2030-01-02') }), middle),
    ],
    ['one that vouches for itself', /vouches for itself/, () => read(createSelfSigned())],
    ['an authority’s own', /of an authority/, () => read(root.issue({ names: [NAME], authority: true }))],
    [
      'an issuer that is no authority',
      /broken/,
      () => {
        const no = root.issue({ commonName: 'No authority' });
        return read(no.issue({ names: [NAME] }), no);
      },
    ],
    [
      'an issuer that has expired',
      /broken/,
      () => {
        const old = root.issue({ commonName: 'Old', authority: true, notAfter: new Date('2029-01-01') });
        return read(old.issue({ names: [NAME] }), old);
      },
    ],
    [
      'one that its issuer did not sign',
      /broken/,
      () => read(middle.issue({ names: [NAME], signedBy: root.key }), middle),
    ],
    [
      'one in the name of a known authority that did not sign it',
      /did not sign/,
      () => read(root.issue({ names: [NAME], signedBy: middle.key })),
    ],
    [
      'an intermediate in the name of a known authority',
      /did not sign/,
      () => {
        const forged = root.issue({ commonName: 'Forged', authority: true, signedBy: middle.key });
        return read(forged.issue({ names: [NAME] }), forged);
      },
    ],
    [
      'a root that nobody knows',
      /vouches for itself/,
      () => {
        const own = createAuthority('Own root');
        return read(own.issue({ names: [NAME] }), own);
      },
    ],
    ['nothing', /no certificate/, () => []],
  ])('is not believed with %s', async (_, fault, chain) => {
    expect(await faultOf(chain(), { anchored: false })).toMatch(fault);
  });
});

function createSelfSigned(): Issued {
  // An authority's name on both sides, and an own one that it gave to itself.
  return createAuthority(NAME).issue({ names: [NAME], commonName: NAME });
}

describe('reading certificates', () => {
  it('reads what Node reads of every authority that Node carries', async () => {
    let selfSigned = 0;
    for (const pem of rootCertificates.slice(0, 60)) {
      const [one] = readCertificates(pem) ?? [];
      const node = new X509Certificate(pem);
      if (one === undefined) continue;
      expect(one.notAfter).toBe(Date.parse(node.validTo));
      expect(one.pathLength >= 0).toBe(node.ca);
      if (await isSignedBy(one, one)) selfSigned++;
    }
    expect(selfSigned).toBeGreaterThan(25);
  });

  it.each([
    ['no certificate', ''],
    ['one that is cut', `${leaf.certificate.slice(0, 200)}\n-----END CERTIFICATE-----`],
  ])('reads %s as none', (_, pem) => {
    expect(readCertificates(pem) ?? []).toEqual([]);
  });

  it('reads none where the inner and the outer algorithm differ', () => {
    const [, base64 = ''] = /-----BEGIN CERTIFICATE-----\n(.*)\n/.exec(leaf.certificate) ?? [];
    const der = Buffer.from(base64, 'base64');
    const algorithm = Buffer.from('2a8648ce3d040302', 'hex');
    der[der.lastIndexOf(algorithm) + 7] = 3;
    const pem = `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----`;
    expect(readCertificates(pem)).toBeUndefined();
  });
});
