// The twin of crypto.ts, over WebCrypto: what edge runtimes, workers and browsers load in its place. The builds and the tests swap the
// file, so both have the same exports, and a test holds their types against one another. Nothing is computed before the first delivery:
// workers allow neither randomness nor asynchronous work while a module loads.
import type { HmacDigest, Part } from './crypto.ts';

/** Imports the key for a digest, at its first use. A function prints nothing of what it holds, and the CryptoKey it gives cannot be exported. */
export type MacKey = (digest: HmacDigest) => Promise<ImportedKey>;

type WebCrypto = NonNullable<typeof globalThis.crypto>;
type ImportedKey = Awaited<ReturnType<WebCrypto['subtle']['importKey']>>;

/** What WebCrypto calls each digest. */
const NAMES: Readonly<Record<HmacDigest, string>> = {
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};

/** Length in bytes of each digest that WebCrypto can compute. One that is not listed is refused when its scheme is made. */
export const DIGEST_BYTES: Readonly<Record<HmacDigest, number>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };

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

/** HMAC (RFC 2104) over the parts one after another. A single part is not copied: most schemes sign the body alone. */
export async function hmac(digest: HmacDigest, key: MacKey, parts: readonly Part[]): Promise<Uint8Array> {
  const { subtle } = webCrypto();
  return new Uint8Array(await subtle.sign('HMAC', await key(digest), join(parts)));
}

/** SHA-256 over the parts one after another. */
export async function sha256(parts: readonly Part[]): Promise<Uint8Array> {
  return new Uint8Array(await webCrypto().subtle.digest(NAMES.sha256, join(parts)));
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
