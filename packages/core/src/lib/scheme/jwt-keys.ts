import { importPKCS8, importSPKI } from 'jose';
import { ConfigurationError } from '../errors.ts';
import { encodeBase64 } from './encoding.ts';
import { type PublicKeyForm, type PublicKeyInfo, readPrivateKey, readPublicKey } from './public-key.ts';
import type { ImportedSecret } from './scheme.ts';
import { decodeSecret, type SecretForm } from './shared-secret.ts';

/** What an imported secret of a token holds: a key that is made when it is first asked for. */
export type JwtKey = () => Promise<Uint8Array | Awaited<ReturnType<typeof importSPKI>>>;

const KEY_TYPES = {
  RS256: 'rsa',
  PS256: 'rsa',
  ES256: 'P-256',
  ES384: 'P-384',
  EdDSA: 'ed25519',
} as const satisfies Readonly<Record<string, PublicKeyInfo['type']>>;
const SHARED: readonly string[] = ['HS256', 'HS384', 'HS512'];
const ALGORITHMS: readonly string[] = [...SHARED, ...Object.keys(KEY_TYPES)];

/** Imports what verifies. @throws ConfigurationError for a key of another algorithm, and an RSA key of fewer than 2048 bits */
export function importKey(
  value: string,
  option: string,
  algorithms: readonly string[],
  shared: boolean,
  secret: SecretForm & Pick<PublicKeyForm, 'refuse'> = {},
): ImportedSecret {
  if (shared) {
    const bytes = decodeSecret(value, option, secret);
    return Object.freeze({ key: async () => bytes, bytes: bytes.byteLength });
  }
  const { type, bits, spki } = readPublicKey(
    value,
    option,
    secret.refuse === undefined ? {} : { refuse: secret.refuse },
  );
  const algorithm = algorithms.find((one) => one in KEY_TYPES && KEY_TYPES[one as keyof typeof KEY_TYPES] === type);
  if (algorithm === undefined || (type === 'rsa' && bits < 2048))
    throw new ConfigurationError('wrong-kind-secret', option, `this is not a key for ${algorithms.join(' or ')}.`);
  return Object.freeze({ key: () => importSPKI(pem('PUBLIC KEY', spki), algorithm), bytes: bits >> 3 });
}

/** Imports a private key. @throws ConfigurationError for what is none */
export function importSigner(value: string, option: string, algorithm: string): ImportedSecret {
  const pkcs8 = readPrivateKey(value, option);
  return Object.freeze({
    key: () => importPKCS8(pem('PRIVATE KEY', pkcs8), algorithm),
    bytes: 32,
  });
}

/** True where the algorithms are of shared secrets. @throws ConfigurationError for unknown ones, none, and some of each sort */
export function checkAlgorithms(algorithms: readonly string[]): boolean {
  const shared = algorithms.filter((one) => SHARED.includes(one)).length;
  if (algorithms.length === 0 || !algorithms.every((one) => ALGORITHMS.includes(one)))
    throw new ConfigurationError('invalid-provider', 'jwt.algorithms', `give some of ${ALGORITHMS.join(', ')}.`);
  // With both, a public key would be taken for the bytes of a shared secret.
  if (shared !== 0 && shared !== algorithms.length)
    throw new ConfigurationError(
      'invalid-provider',
      'jwt.algorithms',
      'give algorithms of shared secrets or of key pairs, not both.',
    );
  return shared > 0;
}

function pem(label: string, bytes: Uint8Array): string {
  return `-----BEGIN ${label}-----\n${encodeBase64(bytes)}\n-----END ${label}-----`;
}
