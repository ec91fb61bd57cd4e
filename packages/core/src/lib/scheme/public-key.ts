import { ConfigurationError } from '../errors.ts';
import { type DerElement, derInteger, readDer, writeDer, writeInteger } from './der.ts';
import { decodeBase64, decodeBase64Url, decodeHex } from './encoding.ts';
import { refuseStarts } from './shared-secret.ts';

/** How a public key is given. All of them end as SubjectPublicKeyInfo, which says what kind of key it is. */
export interface PublicKeyForm {
  /** `any` (default): PEM, an X.509 certificate in PEM, a JWK, or base64 of the DER. `hex`, `base64`: the bare 32 bytes of an Ed25519 key. */
  readonly encoding?: 'any' | 'hex' | 'base64';
  /** Taken off before decoding, if it is there. */
  readonly prefix?: string;
  /** Starts of values that are something else of this vendor: refused at start-up. */
  readonly refuse?: readonly string[];
}

/** The names of a form's options. */
export const PUBLIC_KEY_FORM_OPTIONS = ['encoding', 'prefix', 'refuse'] as const;

/** What a public key is: the algorithm's name, its size in bits, and the key itself. */
export interface PublicKeyInfo {
  readonly type: 'rsa' | 'P-256' | 'P-384' | 'ed25519';
  readonly bits: number;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
}

const OIDS = {
  rsa: '2a864886f70d010101',
  ec: '2a8648ce3d0201',
  'P-256': '2a8648ce3d030107',
  'P-384': '2b81040022',
  ed25519: '2b6570',
} as const;

/** What a public key is read for: what a JWK must allow, and what is said of a private key in its place. */
export interface KeyPurpose {
  readonly use: 'sig' | 'enc';
  readonly operation: 'verify' | 'encrypt';
  readonly algorithms?: readonly string[];
  readonly ofPrivate: string;
}

const VERIFYING: KeyPurpose = {
  use: 'sig',
  operation: 'verify',
  ofPrivate:
    'this is a private key, and verifying needs the public one. Whoever holds the private key can sign: do not keep it here.',
};

/** Reads a public key. @throws ConfigurationError for a private one, a shared secret, and what is no key */
export function readPublicKey(
  value: string,
  option: string,
  form: PublicKeyForm = {},
  purpose: KeyPurpose = VERIFYING,
): PublicKeyInfo {
  refuseStarts(value, option, form.refuse);
  if (/PRIVATE KEY-----|"d"\s*:/.test(value))
    throw new ConfigurationError('wrong-kind-secret', option, purpose.ofPrivate);
  const text = value.trim();
  const { prefix } = form;
  const bare = prefix !== undefined && text.startsWith(prefix) ? text.slice(prefix.length) : text;
  const spki = decodeKey(bare, form, purpose);
  // Base64 of the DER has no label that says so.
  if (spki !== undefined && isPrivateKey(spki))
    throw new ConfigurationError('wrong-kind-secret', option, purpose.ofPrivate);
  const info = spki && describeKey(spki);
  if (info === undefined)
    throw new ConfigurationError(
      'undecodable-secret',
      option,
      `this is no public key that can be read: ${form.encoding === 'hex' ? '64 hex digits are' : form.encoding === 'base64' ? 'base64 of 32 bytes is' : 'PEM, a certificate, a JWK or base64 of the DER is'} expected. Copy it again, whole.`,
    );
  return info;
}

/** The bytes of a private key in PKCS #8 PEM, for signing. */
export function readPrivateKey(value: string, option: string): Uint8Array {
  const [pem] = pemBlocks(value, 'PRIVATE KEY');
  if (pem === undefined)
    throw new ConfigurationError(
      'undecodable-secret',
      option,
      'give the private key in PEM: -----BEGIN PRIVATE KEY-----.',
    );
  return pem;
}

/** True for PKCS #8 and PKCS #1, whose private keys begin with a version; a public key begins with its algorithm or with a long number. */
function isPrivateKey(der: Uint8Array): boolean {
  const [sequence] = readDer(der) ?? [];
  const [version] = sequence?.tag === 0x30 ? (readDer(sequence.contents) ?? []) : [];
  return version?.tag === 0x02 && version.contents.length === 1;
}

function decodeKey(text: string, { encoding = 'any' }: PublicKeyForm, purpose: KeyPurpose): Uint8Array | undefined {
  if (encoding !== 'any') {
    const bytes = encoding === 'hex' ? decodeHex(text) : decodeBase64(text);
    if (bytes?.byteLength === 32) return ed25519Key(bytes);
  }
  if (text.startsWith('{')) return fromJwk(text, purpose);
  if (!text.startsWith('-----BEGIN')) return decodeBase64(text.replace(/\s/g, ''));
  const [certificate] = pemBlocks(text, 'CERTIFICATE');
  return certificate === undefined ? pemBlocks(text, 'PUBLIC KEY')[0] : fromCertificate(certificate);
}

function describeKey(spki: Uint8Array): PublicKeyInfo | undefined {
  const [sequence, ...after] = readDer(spki) ?? [];
  const [algorithm, bits] = sequence === undefined || after.length > 0 ? [] : (readDer(sequence.contents) ?? []);
  const [oid, parameters] = algorithm === undefined ? [] : (readDer(algorithm.contents) ?? []);
  if (oid === undefined || bits?.tag !== 0x03 || bits.contents[0] !== 0) return undefined;
  const key = bits.contents.subarray(1);
  switch (hexOf(oid)) {
    case OIDS.ed25519:
      return key.length === 32 ? { type: 'ed25519', bits: 256, spki } : undefined;
    case OIDS.ec: {
      const type = parameters && (['P-256', 'P-384'] as const).find((curve) => hexOf(parameters) === OIDS[curve]);
      return type && { type, bits: Number(type.slice(2)), spki };
    }
    case OIDS.rsa: {
      const [numbers] = readDer(key) ?? [];
      const [digits, exponent] = (numbers === undefined ? [] : (readDer(numbers.contents) ?? [])).map(derInteger);
      // An exponent of 1 makes every message its own signature.
      if (digits === undefined || exponent === undefined || (exponent.length === 1 && (exponent[0] ?? 0) < 3))
        return undefined;
      if (isWeakModulus(digits)) return undefined;
      return { type: 'rsa', bits: digits.length * 8 - Math.clz32(digits[0] ?? 0) + 24, spki };
    }
    default:
      return undefined;
  }
}

/**
 * True for a modulus of the form that a widely used chip made and that can be factored (ROCA, CVE-2017-15361): its remainders by small
 * primes are all powers of 65537.
 */
function isWeakModulus(digits: Uint8Array): boolean {
  const primes = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];
  return primes.every((prime) => {
    const remainder = digits.reduce((rest, byte) => (rest * 256 + byte) % prime, 0);
    let power = 1;
    for (let i = 0; i < prime; i++) {
      if (power === remainder) return true;
      power = (power * 65537) % prime;
    }
    return false;
  });
}

/** The key of an X.509 certificate. The certificate is configured, so whoever configured it vouches for it; its dates and issuer are not looked at. */
function fromCertificate(der: Uint8Array): Uint8Array | undefined {
  const [certificate] = readDer(der) ?? [];
  const [body] = certificate === undefined ? [] : (readDer(certificate.contents) ?? []);
  const fields = body === undefined ? [] : (readDer(body.contents) ?? []);
  // version (where there is one), serial number, algorithm, issuer, validity, subject, key
  return fields[fields[0]?.tag === 0xa0 ? 6 : 5]?.whole;
}

function fromJwk(text: string, { use, operation, algorithms }: KeyPurpose): Uint8Array | undefined {
  let jwk: Record<string, unknown>;
  try {
    jwk = JSON.parse(text);
  } catch {
    return undefined;
  }
  // A key that was made for something else says so.
  if (jwk.use !== undefined && jwk.use !== use) return undefined;
  if (Array.isArray(jwk.key_ops) && !jwk.key_ops.includes(operation)) return undefined;
  if (algorithms !== undefined && jwk.alg !== undefined && !algorithms.includes(String(jwk.alg))) return undefined;
  const bytes = (name: string) => decodeBase64Url(String(jwk[name] ?? '')) ?? new Uint8Array();
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519') return ed25519Key(bytes('x'));
  if (jwk.kty === 'RSA')
    return spkiOf([OIDS.rsa], writeDer(0x30, writeInteger(bytes('n')), writeInteger(bytes('e'))), true);
  if (jwk.kty !== 'EC' || (jwk.crv !== 'P-256' && jwk.crv !== 'P-384')) return undefined;
  const width = jwk.crv === 'P-256' ? 32 : 48;
  const [x, y] = [bytes('x'), bytes('y')];
  if (x.length !== width || y.length !== width) return undefined;
  return spkiOf([OIDS.ec, OIDS[jwk.crv]], Uint8Array.of(4, ...x, ...y));
}

function ed25519Key(bytes: Uint8Array): Uint8Array {
  return spkiOf([OIDS.ed25519], bytes);
}

/** SubjectPublicKeyInfo of a key whose algorithm has these names. */
function spkiOf(oids: readonly string[], key: Uint8Array, withNull = false): Uint8Array {
  const names = oids.map((oid) => writeDer(0x06, decodeHex(oid) ?? new Uint8Array()));
  const algorithm = writeDer(0x30, ...names, ...(withNull ? [writeDer(0x05)] : []));
  return writeDer(0x30, algorithm, writeDer(0x03, Uint8Array.of(0), key));
}

/** The bytes of the first block with this label; none where its base64 is none. */
export function pemBlocks(text: string, label: string): readonly Uint8Array[] {
  const pattern = new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`);
  const [, base64] = pattern.exec(text) ?? [];
  const bytes = base64 === undefined ? undefined : decodeBase64(base64.replace(/\s/g, ''));
  return bytes === undefined ? [] : [bytes];
}

function hexOf({ contents }: DerElement): string {
  return Array.from(contents, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
