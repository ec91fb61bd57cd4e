import { importPrivateKey, type Part, type PrivateKey, signWith } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import { decodeHex } from './encoding.ts';
import { equalsAny } from './equals-any.ts';
import type { ImportedSecret } from './scheme.ts';
import type { Prover } from './signed-scheme.ts';

const ED25519 = { name: 'ed25519' } as const;

/** An Ed25519 private key in PKCS #8 (RFC 8410 §7), but for its 32 bytes at the end. */
const PKCS8 = '302e020100300506032b657004220420';

/** A key that both signs and verifies. A function prints nothing of what it holds. */
interface SeededKey {
  readonly seeded: () => PrivateKey;
}

/**
 * Takes shared secrets beside public keys: the key pair is made of them, so that their holder can answer handshakes, and can also sign.
 *
 * Ed25519 signs the same bytes in the same way each time, so a signature is right where it is the one that would be made here.
 */
export function withSeeds(prover: Prover): Prover {
  const importSeed = (value: string, option: string): ImportedSecret => {
    const seed = new TextEncoder().encode(value);
    if (value.trim() !== value || seed.byteLength === 0)
      throw new ConfigurationError(
        seed.byteLength === 0 || value.trim() === '' ? 'blank-secret' : 'padded-secret',
        option,
        'this is blank, or there is white space around it: set the secret of the provider’s dashboard.',
      );
    const key = new Uint8Array(48);
    key.set(decodeHex(PKCS8) ?? []);
    for (let i = 0; i < 32; i++) key[16 + i] = seed[i % seed.byteLength] ?? 0;
    const imported = importPrivateKey(key, ED25519);
    return Object.freeze({ key: Object.freeze<SeededKey>({ seeded: () => imported }), bytes: seed.byteLength });
  };
  const respond = async ({ key }: ImportedSecret, parts: readonly Part[]) =>
    isSeeded(key) ? signWith(ED25519, key.seeded(), parts) : undefined;
  return {
    ...prover,
    importSecret: (value, option) => (isKey(value) ? prover.importSecret : importSeed)(value, option),
    importSigningSecret: (value, option) =>
      (isKey(value) ? (prover.importSigningSecret ?? prover.importSecret) : importSeed)(value, option),
    async matches(secret, signatures, parts) {
      const made = await respond(secret, parts);
      return made === undefined ? prover.matches(secret, signatures, parts) : equalsAny(made, signatures);
    },
    make: async (secret, parts) => (await respond(secret, parts)) ?? prover.make(secret, parts),
    respond,
  };
}

/** 64 hex digits, PEM or a JWK: no vendor's secret looks like one. */
function isKey(value: string): boolean {
  return /^\s*(?:[0-9a-f]{64}\s*$|-----BEGIN|\{)/i.test(value);
}

function isSeeded(key: unknown): key is SeededKey {
  return typeof key === 'object' && key !== null && 'seeded' in key;
}
