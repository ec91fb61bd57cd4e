// Wycheproof's vectors for RSA-OAEP (https://github.com/C2SP/wycheproof, Apache-2.0), read from beside the repository where they are present.
import { constants, createHash, createPrivateKey, privateDecrypt } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { canSeal, importOpeningKey, openWith } from '../packages/core/src/lib/crypto.ts';
import { type Hash, unpadOaep } from '../packages/core/src/lib/fields/oaep.ts';

interface Group {
  readonly keySize: number;
  readonly sha: string;
  readonly mgfSha: string;
  readonly privateKeyPkcs8: string;
  readonly tests: readonly {
    readonly tcId: number;
    readonly comment: string;
    readonly msg: string;
    readonly ct: string;
    readonly label: string;
    readonly result: string;
  }[];
}

const folder = `${process.env.POSTERN_SHARED ?? fileURLToPath(new URL('../../shared', import.meta.url))}/wycheproof`;
const names = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => /^rsa_oaep_.*\.json$/.test(name));
const DIGESTS: Readonly<Record<string, 'sha1' | 'sha256'>> = { 'SHA-1': 'sha1', 'SHA-256': 'sha256' };

const hash: Hash = (digest, parts) =>
  parts.reduce((hashing, part) => hashing.update(part), createHash(digest)).digest();

if (names.length === 0) {
  it.skip('Wycheproof: no rsa_oaep file is there (looked beside the repository; POSTERN_SHARED names another place)', () => {});
} else {
  it.each(names)('Wycheproof %s: opens what is valid without a label, and nothing else', async (name) => {
    const { testGroups } = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as { testGroups: readonly Group[] };
    let opened = 0;
    for (const { sha, mgfSha, privateKeyPkcs8, tests } of testGroups) {
      const [digest, mgf1] = [DIGESTS[sha], DIGESTS[mgfSha]];
      // Digests that no field is sealed with.
      if (digest === undefined || mgf1 === undefined) continue;
      const oaep = { digest, mgf1 };
      const pkcs8 = Buffer.from(privateKeyPkcs8, 'hex');
      const native = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
      for (const { tcId, comment, msg, ct, label, result } of tests) {
        const sealed = Buffer.from(ct, 'hex');
        const right = result === 'valid' && label === '' ? msg : undefined;
        if (canSeal(oaep)) {
          const message = await openWith(oaep, importOpeningKey(pkcs8), sealed);
          expect(message && Buffer.from(message).toString('hex'), `test ${tcId}, ${comment}`).toBe(right);
        }
        // The reading of the padding that is our own, on the same vectors.
        expect(unpadded(sealed), `our padding, test ${tcId}, ${comment}`).toBe(right);
        if (right !== undefined) opened++;

        function unpadded(bytes: Uint8Array): string | undefined {
          try {
            const block = privateDecrypt({ key: native, padding: constants.RSA_NO_PADDING }, bytes);
            const found = unpadOaep(oaep, hash, block);
            return found && Buffer.from(found).toString('hex');
          } catch {
            return undefined;
          }
        }
      }
    }
    if (testGroups.some(({ sha, mgfSha }) => sha in DIGESTS && mgfSha in DIGESTS)) expect(opened).toBeGreaterThan(5);
  });
}
