import {
  importPrivateKey,
  importPublicKey,
  type Part,
  type PrivateKey,
  type PublicKey,
  type SignatureAlgorithm,
  signWith,
  verifyWith,
} from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import { type PublicKeyForm, type PublicKeyInfo, readPrivateKey, readPublicKey } from './public-key.ts';
import type { Prover } from './signed-scheme.ts';

/** What a kind of key pair computes with. */
export interface KeyPairTraits {
  readonly kind: string;
  readonly algorithm: SignatureAlgorithm;
  readonly form: PublicKeyForm;
  /** Keys of the scheme's own. */
  readonly publicKeys: readonly string[];
  readonly signatureBytes?: number;
  /** What is wrong with a key, if anything is. */
  refuse(key: PublicKeyInfo): string | undefined;
  /** Rewrites a signature as the algorithm takes it; `undefined` for one that is not written as it is pinned. */
  read?(signature: Uint8Array): Uint8Array | undefined;
  write?(signature: Uint8Array): Uint8Array;
}

/** Each costs a computation with a key pair, which is a hundred times that of a MAC. */
const MOST_SIGNATURES = 4;

/** Makes a prover of a key pair: the receiver holds the public half, so it can verify and cannot sign. */
export function keyPairProver(traits: KeyPairTraits): Prover {
  const { algorithm, kind } = traits;
  const importSecret = (value: string, option: string) => {
    const info = readPublicKey(value, option, traits.form);
    const wrong = traits.refuse(info);
    if (wrong !== undefined) throw new ConfigurationError('wrong-kind-secret', option, wrong);
    let key: PublicKey;
    try {
      key = importPublicKey(info.spki, algorithm);
    } catch {
      throw new ConfigurationError('undecodable-secret', option, 'this is no public key: copy it again, whole.');
    }
    return Object.freeze({ key, bytes: info.bits >> 3 });
  };
  const keys = traits.publicKeys.map((value, index) =>
    Object.freeze({ ...importSecret(value, 'publicKey'), id: `public-key-${index + 1}` }),
  );
  return {
    kind,
    secrets: 'public-key',
    keys: keys.length === 0 ? undefined : Object.freeze(keys),
    signatureBytes: traits.signatureBytes,
    importSecret,
    importSigningSecret: (value, option) =>
      Object.freeze({ key: importPrivateKey(readPrivateKey(value, option), algorithm), bytes: 32 }),
    async matches({ key }, signatures, parts) {
      let matches = 0;
      for (const written of signatures.slice(0, MOST_SIGNATURES)) {
        const signature = traits.read === undefined ? written : traits.read(written);
        if (signature !== undefined && (await isRight(algorithm, key as PublicKey, signature, parts))) matches++;
      }
      return matches > 0;
    },
    async make({ key }, parts) {
      const signature = await signWith(algorithm, key as PrivateKey, parts);
      return traits.write === undefined ? signature : traits.write(signature);
    },
  };
}

/** A library that throws at a signature has not found it right. */
async function isRight(
  algorithm: SignatureAlgorithm,
  key: PublicKey,
  signature: Uint8Array,
  parts: readonly Part[],
): Promise<boolean> {
  try {
    return await verifyWith(algorithm, key, signature, parts);
  } catch {
    return false;
  }
}
