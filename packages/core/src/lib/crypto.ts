// The one door to node:crypto. Everything else in lib/ is plain language and web globals, so that a twin of this file
// (WebCrypto, for edge runtimes and browsers) serves the rest unchanged. The twin can only answer with promises,
// which is why callers await what these functions return.
import { createHash, createHmac, createSecretKey, type KeyObject, randomUUID, timingSafeEqual } from 'node:crypto';

/** Digests an HMAC can be made with. */
export type HmacDigest = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** Bytes, or text whose characters are all below U+0100 and stand for one byte each. */
export type Part = Uint8Array | string;

/** A key that prints nothing of itself: `util.inspect` and `JSON.stringify` of a KeyObject show no byte. */
export type MacKey = KeyObject;

/** Length in bytes of each digest. */
export const DIGEST_BYTES: Readonly<Record<HmacDigest, number>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };

/** Imports a MAC key once, so that no delivery pays for it (a KeyObject is the fastest form on every Node). */
export function importMacKey(bytes: Uint8Array): MacKey {
  return createSecretKey(bytes);
}

/** HMAC (RFC 2104) over the parts one after another, without joining them into a second copy of the body. */
export function hmac(digest: HmacDigest, key: MacKey, parts: readonly Part[]): Uint8Array {
  const mac = createHmac(digest, key);
  for (const part of parts) {
    if (typeof part === 'string') mac.update(part, 'latin1');
    else mac.update(part);
  }
  return mac.digest();
}

/** SHA-256 over the parts one after another. */
export function sha256(parts: readonly Part[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) {
    if (typeof part === 'string') hash.update(part, 'latin1');
    else hash.update(part);
  }
  return hash.digest();
}

/** Compares without telling, by the time it takes, where two values differ. Lengths are public: they follow from the scheme. */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/** A fresh random UUID (version 4). */
export function randomId(): string {
  return randomUUID();
}
