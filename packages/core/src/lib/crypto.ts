// The one door to node:crypto. Everything else in lib/ is plain language and web globals, so that a twin of this file
// (WebCrypto, for edge runtimes and browsers) serves the rest unchanged. The twin can only answer with promises,
// which is why callers await what these functions return.
import {
  constants,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  sign as createSignature,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  randomUUID,
  timingSafeEqual,
  verify as verifyBytes,
} from 'node:crypto';
import { padOaep, unpadOaep } from './fields/oaep.ts';

/** Digests an HMAC can be made with. */
export type HmacDigest = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** How a signature of a key pair is made. `ecdsa` signatures are r and s side by side; another spelling is rewritten before. */
export type SignatureAlgorithm =
  | { readonly name: 'rsa'; readonly digest: HmacDigest }
  /** `saltBytes` is pinned: a verifier that takes any salt takes another signature. */
  | { readonly name: 'rsa-pss'; readonly digest: HmacDigest; readonly saltBytes: number }
  | { readonly name: 'ecdsa'; readonly digest: HmacDigest; readonly curve: 'P-256' | 'P-384' }
  | { readonly name: 'ed25519' };

/** RSAES-OAEP (RFC 8017 §7.1), without a label. `mgf1` is the digest of the mask: some libraries keep it at SHA-1 whatever `digest` is. */
export interface OaepAlgorithm {
  readonly digest: 'sha1' | 'sha256';
  readonly mgf1: 'sha1' | 'sha256';
}

/** Bytes, or text whose characters are all below U+0100 and stand for one byte each. */
export type Part = Uint8Array | string;

/** A key that prints nothing of itself: `util.inspect` and `JSON.stringify` of a KeyObject show no byte. */
export type MacKey = KeyObject;

/** A public key, for one algorithm. */
export type PublicKey = KeyObject;

/** A private key, for one algorithm. */
export type PrivateKey = KeyObject;

/** A public key that seals. */
export type SealingKey = KeyObject;

/** A private key that opens. */
export type OpeningKey = KeyObject;

/** Length in bytes of each digest. */
export const DIGEST_BYTES: Readonly<Partial<Record<HmacDigest, number>>> = {
  md5: 16,
  sha1: 20,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};

/** Imports a MAC key once, so that no delivery pays for it (a KeyObject is the fastest form on every Node). */
export function importMacKey(bytes: Uint8Array): MacKey {
  return createSecretKey(bytes);
}

/** Imports a public key (SubjectPublicKeyInfo, DER) once. @throws for bytes that are no key */
export function importPublicKey(spki: Uint8Array, _algorithm: SignatureAlgorithm): PublicKey {
  return createPublicKey({ key: spki as never, format: 'der', type: 'spki' });
}

/** Imports a private key (PKCS #8, DER) once. @throws for bytes that are no key */
export function importPrivateKey(pkcs8: Uint8Array, _algorithm: SignatureAlgorithm): PrivateKey {
  return createPrivateKey({ key: pkcs8 as never, format: 'der', type: 'pkcs8' });
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

/** A plain digest over the parts one after another. */
export function hash(digest: HmacDigest, parts: readonly Part[]): Uint8Array {
  const hashing = createHash(digest);
  for (const part of parts) {
    if (typeof part === 'string') hashing.update(part, 'latin1');
    else hashing.update(part);
  }
  return hashing.digest();
}

/** SHA-256 over the parts one after another. */
export function sha256(parts: readonly Part[]): Uint8Array {
  return hash('sha256', parts);
}

/** True where the signature is right, under the key and the algorithm that were configured, over the parts one after another. */
export function verifyWith(
  algorithm: SignatureAlgorithm,
  key: PublicKey,
  signature: Uint8Array,
  parts: readonly Part[],
): boolean {
  return verifyBytes(digestName(algorithm), join(parts), { key, ...optionsOf(algorithm) }, signature);
}

/** Signs the parts one after another. */
export function signWith(algorithm: SignatureAlgorithm, key: PrivateKey, parts: readonly Part[]): Uint8Array {
  return createSignature(digestName(algorithm), join(parts), { key, ...optionsOf(algorithm) });
}

/** True where sealing and opening can be computed with this padding. */
export function canSeal(_oaep: OaepAlgorithm): boolean {
  return true;
}

/** Imports a public RSA key (SubjectPublicKeyInfo, DER) once, for sealing. @throws for bytes that are no key */
export function importSealingKey(spki: Uint8Array): SealingKey {
  return createPublicKey({ key: spki as never, format: 'der', type: 'spki' });
}

/** Imports a private RSA key (PKCS #8, DER) once, for opening. @throws for bytes that are no key */
export function importOpeningKey(pkcs8: Uint8Array): OpeningKey {
  return createPrivateKey({ key: pkcs8 as never, format: 'der', type: 'pkcs8' });
}

/** Encrypts a message that the key has room for. */
export function sealWith(oaep: OaepAlgorithm, key: SealingKey, message: Uint8Array): Uint8Array {
  // OpenSSL's own padding wherever Node can ask for it. It takes one digest for both, so the other pair is padded here.
  if (oaep.mgf1 === oaep.digest)
    return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: oaep.digest }, message);
  const seed = randomBytes(DIGEST_BYTES[oaep.digest] ?? 0);
  const block = padOaep(oaep, hash, message, seed, modulusBytes(key));
  return publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, block);
}

/** Decrypts. `undefined` for whatever was not sealed for this key with this padding: that is one answer, since a cause would be an oracle. */
export function openWith(oaep: OaepAlgorithm, key: OpeningKey, sealed: Uint8Array): Uint8Array | undefined {
  try {
    if (oaep.mgf1 === oaep.digest)
      return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: oaep.digest }, sealed);
    return unpadOaep(oaep, hash, privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, sealed));
  } catch {
    return undefined;
  }
}

/** Compares without telling, by the time it takes, where two values differ. Lengths are public: they follow from the scheme. */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/** A fresh random UUID (version 4). */
export function randomId(): string {
  return randomUUID();
}

/** 128 fresh random bits, as 22 characters of base64url in one piece: a UUID is a rope of twenty, and takes ten times the memory of who keeps it. */
export function randomToken(): string {
  return randomBytes(16).toString('base64url');
}

function modulusBytes(key: KeyObject): number {
  return Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}

function digestName(algorithm: SignatureAlgorithm): string | null {
  return algorithm.name === 'ed25519' ? null : algorithm.digest;
}

function optionsOf(algorithm: SignatureAlgorithm): object {
  if (algorithm.name === 'ecdsa') return { dsaEncoding: 'ieee-p1363' };
  if (algorithm.name !== 'rsa-pss') return {};
  return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltBytes };
}

function join(parts: readonly Part[]): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && typeof first === 'object') return first;
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    if (typeof part === 'object') joined.set(part, at);
    else for (let i = 0; i < part.length; i++) joined[at + i] = part.charCodeAt(i);
    at += part.length;
  }
  return joined;
}
