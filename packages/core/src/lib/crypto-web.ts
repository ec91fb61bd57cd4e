// The twin of crypto.ts, over WebCrypto: what edge runtimes, workers and browsers load in its place. The builds and the tests swap the
// file, so both have the same exports, and a test holds their types against one another. Nothing is computed before the first delivery:
// workers allow neither randomness nor asynchronous work while a module loads.
import type { HmacDigest, OaepAlgorithm, Part, SignatureAlgorithm } from './crypto.ts';

/** Imports the key for a digest, at its first use. A function prints nothing of what it holds, and the CryptoKey it gives cannot be exported. */
export type MacKey = (digest: HmacDigest) => Promise<ImportedKey>;

/** A public key, imported at its first use. */
export type PublicKey = () => Promise<ImportedKey>;

/** A private key, imported at its first use. */
export type PrivateKey = () => Promise<ImportedKey>;

/** A public key that seals, imported at its first use with each digest. */
export type SealingKey = (digest: OaepAlgorithm['digest']) => Promise<ImportedKey>;

/** A private key that opens, imported at its first use with each digest. */
export type OpeningKey = (digest: OaepAlgorithm['digest']) => Promise<ImportedKey>;

type WebCrypto = NonNullable<typeof globalThis.crypto>;
type ImportedKey = Awaited<ReturnType<WebCrypto['subtle']['importKey']>>;

/** What WebCrypto calls each digest. */
const NAMES: Readonly<Record<HmacDigest, string>> = {
  md5: 'MD5',
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};

/** Length in bytes of each digest that WebCrypto can compute. One that is not listed is refused when its scheme is made. */
export const DIGEST_BYTES: Readonly<Partial<Record<HmacDigest, number>>> = {
  sha1: 20,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};

/** Keeps a copy of a MAC key's bytes, so that no delivery pays for its import but the first. */
export function importMacKey(bytes: Uint8Array): MacKey {
  // Not slice(): of a Node Buffer that is a view.
  const copy = new Uint8Array(bytes);
  // Keys, not promises of keys: a failed import is tried again, and no request waits for the work of another one.
  const imported = new Map<HmacDigest, ImportedKey>();
  return async (digest) => {
    const known = imported.get(digest);
    if (known !== undefined) return known;
    const algorithm = { name: 'HMAC', hash: NAMES[digest] };
    const key = await webCrypto().subtle.importKey('raw', copy, algorithm, false, ['sign']);
    imported.set(digest, key);
    return key;
  };
}

/** Keeps a public key (SubjectPublicKeyInfo, DER). Bytes that are no key are found at the first use. */
export function importPublicKey(spki: Uint8Array, algorithm: SignatureAlgorithm): PublicKey {
  return importOnce('spki', spki, algorithm, 'verify');
}

/** Keeps a private key (PKCS #8, DER). Bytes that are no key are found at the first use. */
export function importPrivateKey(pkcs8: Uint8Array, algorithm: SignatureAlgorithm): PrivateKey {
  return importOnce('pkcs8', pkcs8, algorithm, 'sign');
}

/** HMAC (RFC 2104) over the parts one after another. A single part is not copied: most schemes sign the body alone. */
export async function hmac(digest: HmacDigest, key: MacKey, parts: readonly Part[]): Promise<Uint8Array> {
  const { subtle } = webCrypto();
  return new Uint8Array(await subtle.sign('HMAC', await key(digest), join(parts)));
}

/** A plain digest over the parts one after another. */
export async function hash(digest: HmacDigest, parts: readonly Part[]): Promise<Uint8Array> {
  return new Uint8Array(await webCrypto().subtle.digest(NAMES[digest], join(parts)));
}

/** SHA-256 over the parts one after another. */
export async function sha256(parts: readonly Part[]): Promise<Uint8Array> {
  return hash('sha256', parts);
}

/** True where the signature is right, under the key and the algorithm that were configured, over the parts one after another. */
export async function verifyWith(
  algorithm: SignatureAlgorithm,
  key: PublicKey,
  signature: Uint8Array,
  parts: readonly Part[],
): Promise<boolean> {
  return webCrypto().subtle.verify(operationOf(algorithm), await key(), signature, join(parts));
}

/** Signs the parts one after another. */
export async function signWith(
  algorithm: SignatureAlgorithm,
  key: PrivateKey,
  parts: readonly Part[],
): Promise<Uint8Array> {
  return new Uint8Array(await webCrypto().subtle.sign(operationOf(algorithm), await key(), join(parts)));
}

/** True where sealing and opening can be computed with this padding: WebCrypto has one digest for the padding and its mask, and no RSA without padding. */
export function canSeal({ digest, mgf1 }: OaepAlgorithm): boolean {
  return digest === mgf1;
}

/** Keeps a public RSA key (SubjectPublicKeyInfo, DER), for sealing. Bytes that are no key are found at the first use. */
export function importSealingKey(spki: Uint8Array): SealingKey {
  return importForOaep('spki', spki, 'encrypt');
}

/** Keeps a private RSA key (PKCS #8, DER), for opening. Bytes that are no key are found at the first use. */
export function importOpeningKey(pkcs8: Uint8Array): OpeningKey {
  return importForOaep('pkcs8', pkcs8, 'decrypt');
}

/** Encrypts a message that the key has room for. */
export async function sealWith(oaep: OaepAlgorithm, key: SealingKey, message: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await webCrypto().subtle.encrypt({ name: 'RSA-OAEP' }, await key(oaep.digest), message));
}

/** Decrypts. `undefined` for whatever was not sealed for this key with this padding: that is one answer, since a cause would be an oracle. */
export async function openWith(
  oaep: OaepAlgorithm,
  key: OpeningKey,
  sealed: Uint8Array,
): Promise<Uint8Array | undefined> {
  const { subtle } = webCrypto();
  const imported = await key(oaep.digest);
  try {
    return new Uint8Array(await subtle.decrypt({ name: 'RSA-OAEP' }, imported, sealed));
  } catch {
    return undefined;
  }
}

/** Compares without telling, by the time it takes, where two values differ. Lengths are public: they follow from the scheme. */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.byteLength !== b.byteLength) return false;
  let difference = 0;
  for (let i = 0; i < a.byteLength; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

/** A fresh random UUID (version 4). */
export function randomId(): string {
  return webCrypto().randomUUID();
}

/** 128 fresh random bits, as 22 characters of base64url. */
export function randomToken(): string {
  const bytes = webCrypto().getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes))
    .slice(0, 22)
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

function importOnce(
  format: 'spki' | 'pkcs8',
  bytes: Uint8Array,
  algorithm: SignatureAlgorithm,
  use: 'sign' | 'verify',
): () => Promise<ImportedKey> {
  const copy = new Uint8Array(bytes);
  const imported: { key?: ImportedKey } = {};
  return async () => {
    imported.key ??= await webCrypto().subtle.importKey(format, copy, keyOf(algorithm), false, [use]);
    return imported.key;
  };
}

function importForOaep(
  format: 'spki' | 'pkcs8',
  bytes: Uint8Array,
  use: 'encrypt' | 'decrypt',
): (digest: OaepAlgorithm['digest']) => Promise<ImportedKey> {
  const copy = new Uint8Array(bytes);
  const imported = new Map<HmacDigest, ImportedKey>();
  return async (digest) => {
    const known = imported.get(digest);
    if (known !== undefined) return known;
    const algorithm = { name: 'RSA-OAEP', hash: NAMES[digest] };
    const key = await webCrypto().subtle.importKey(format, copy, algorithm, false, [use]);
    imported.set(digest, key);
    return key;
  };
}

/** What WebCrypto wants to know of a key when it is imported. */
function keyOf(algorithm: SignatureAlgorithm): { name: string; hash?: string; namedCurve?: string } {
  switch (algorithm.name) {
    case 'ed25519':
      return { name: 'Ed25519' };
    case 'ecdsa':
      return { name: 'ECDSA', namedCurve: algorithm.curve };
    case 'rsa':
      return { name: 'RSASSA-PKCS1-v1_5', hash: NAMES[algorithm.digest] };
    case 'rsa-pss':
      return { name: 'RSA-PSS', hash: NAMES[algorithm.digest] };
  }
}

/** What WebCrypto wants to know of a signature. */
function operationOf(algorithm: SignatureAlgorithm): { name: string; hash?: string; saltLength?: number } {
  const { name } = keyOf(algorithm);
  if (algorithm.name === 'ecdsa') return { name, hash: NAMES[algorithm.digest] };
  return algorithm.name === 'rsa-pss' ? { name, saltLength: algorithm.saltBytes } : { name };
}

/** The parts as one run of bytes. WebCrypto takes a message whole. */
function join(parts: readonly Part[]): Uint8Array {
  const filled = parts.filter(({ length }) => length > 0);
  const [first] = filled;
  if (filled.length === 1 && typeof first === 'object') return first;
  const joined = new Uint8Array(filled.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of filled) {
    if (typeof part === 'object') joined.set(part, at);
    else for (let i = 0; i < part.length; i++) joined[at + i] = part.charCodeAt(i);
    at += part.length;
  }
  return joined;
}

/** @throws Error where there is no WebCrypto: a page that was not loaded over HTTPS, or a simulated browser */
function webCrypto(): WebCrypto {
  const { crypto } = globalThis;
  if (crypto?.subtle === undefined)
    throw new Error(
      'There is no crypto.subtle here, so no signature can be checked. Browsers give it to pages loaded over HTTPS or from localhost only; on a server, load the build for Node.js.',
    );
  return crypto;
}
