// EME-OAEP of RFC 8017 §7.1, for the one pair of digests that Node.js cannot be asked for: SHA-256 with a mask of SHA-1.
// It lives below the crypto door, which brings its own digests.
import type { OaepAlgorithm } from '../crypto.ts';

/** A digest over the parts one after another. */
export type Hash = (digest: 'sha1' | 'sha256', parts: readonly Uint8Array[]) => Uint8Array;

/** The block that RSA encrypts: as wide as the modulus. `seed` is fresh random bytes, as many as the digest has. */
export function padOaep(
  { digest, mgf1 }: OaepAlgorithm,
  hash: Hash,
  message: Uint8Array,
  seed: Uint8Array,
  width: number,
): Uint8Array {
  const ofLabel = hash(digest, []);
  const data = new Uint8Array(width - seed.length - 1);
  data.set(ofLabel);
  data[data.length - message.length - 1] = 1;
  data.set(message, data.length - message.length);
  const maskedData = xor(data, mask(mgf1, hash, seed, data.length));
  const block = new Uint8Array(width);
  block.set(xor(seed, mask(mgf1, hash, maskedData, seed.length)), 1);
  block.set(maskedData, seed.length + 1);
  return block;
}

/**
 * The message within a block that RSA decrypted; `undefined` where anything is not as it must be.
 *
 * Every byte is looked at, whatever the earlier ones were, and nothing branches on them: who learns which check failed, or how far
 * the reading got, can decrypt what others sealed (Manger, CRYPTO 2001). There is one decision, and it comes last.
 */
export function unpadOaep({ digest, mgf1 }: OaepAlgorithm, hash: Hash, block: Uint8Array): Uint8Array | undefined {
  const ofLabel = hash(digest, []);
  const start = ofLabel.length + 1;
  const maskedData = block.subarray(start);
  const seed = xor(block.subarray(1, start), mask(mgf1, hash, maskedData, ofLabel.length));
  const data = xor(maskedData, mask(mgf1, hash, seed, maskedData.length));

  let wrong = block[0] as number;
  for (let i = 0; i < ofLabel.length; i++) wrong |= (data[i] as number) ^ (ofLabel[i] as number);
  let found = 0;
  let messageAt = 0;
  for (let i = ofLabel.length; i < data.length; i++) {
    const byte = data[i] as number;
    // 1 where it holds, else 0: below zero, the top bit is set.
    const isOne = ((byte ^ 1) - 1) >>> 31;
    const isZero = (byte - 1) >>> 31;
    const before = 1 - found;
    messageAt |= Math.imul(i + 1, before & isOne);
    wrong |= before & (1 - (isOne | isZero));
    found |= isOne;
  }
  wrong |= 1 - found;
  return wrong === 0 ? data.slice(messageAt) : undefined;
}

/** MGF1 of RFC 8017 §B.2.1. */
function mask(mgf1: 'sha1' | 'sha256', hash: Hash, seed: Uint8Array, length: number): Uint8Array {
  const made = new Uint8Array(length);
  for (let at = 0, counter = 0; at < length; counter++) {
    const piece = hash(mgf1, [seed, Uint8Array.of(counter >>> 24, counter >>> 16, counter >>> 8, counter)]);
    made.set(piece.subarray(0, length - at), at);
    at += piece.length;
  }
  return made;
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (b[i] as number));
}
