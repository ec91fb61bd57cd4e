import { importPublicKey, type SignatureAlgorithm, verifyWith } from '../crypto.ts';
import { type DerElement, ecdsaFromDer, readDer } from '../scheme/der.ts';
import { decodeBase64, encodeBase64 } from '../scheme/encoding.ts';
import { readPublicKey } from '../scheme/public-key.ts';

/** As much of an X.509 certificate (RFC 5280) as is looked at. */
export interface Certificate {
  /** DNS names of the subject in lower case; its common name, where there are none. */
  readonly names: readonly string[];
  /** Distinguished names as they are encoded, in hex. */
  readonly issuer: string;
  readonly subject: string;
  /** Milliseconds since 1970, both ends included. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** How many authorities may stand between this one and a leaf; -1 for what is no authority. */
  readonly pathLength: number;
  /** The public key in base64 of its DER. */
  readonly key: string;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** The signature algorithm's identifier in hex. */
  readonly algorithm: string;
}

const OIDS = {
  commonName: '550403',
  basicConstraints: '551d13',
  keyUsage: '551d0f',
  alternativeNames: '551d11',
  extendedKeyUsage: '551d25',
  policies: '551d20',
} as const;

/** What a signature may be made with: digests that can still be relied on. */
const DIGESTS: Readonly<
  Record<string, { readonly name: 'rsa' | 'ecdsa'; readonly digest: 'sha256' | 'sha384' | 'sha512' }>
> = {
  '2a864886f70d01010b': { name: 'rsa', digest: 'sha256' },
  '2a864886f70d01010c': { name: 'rsa', digest: 'sha384' },
  '2a864886f70d01010d': { name: 'rsa', digest: 'sha512' },
  '2a8648ce3d040302': { name: 'ecdsa', digest: 'sha256' },
  '2a8648ce3d040303': { name: 'ecdsa', digest: 'sha384' },
};

/** Reads the certificates of a PEM file in their order; `undefined` where one of them cannot be read in one way only. */
export function readCertificates(pem: string): readonly Certificate[] | undefined {
  const blocks = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g)];
  const read = blocks.map(([, base64 = '']) =>
    readCertificate(decodeBase64(base64.replace(/\s/g, '')) ?? new Uint8Array()),
  );
  return read.every((one) => one !== undefined) ? read : undefined;
}

/** True where the one certificate's key made the signature of the other. Nothing else of either is looked at. */
export async function isSignedBy(certificate: Certificate, issuer: Certificate): Promise<boolean> {
  try {
    const { type, spki } = readPublicKey(issuer.key, 'certificate');
    const made = DIGESTS[certificate.algorithm];
    if (made?.name === 'rsa' && type === 'rsa')
      return await isRight({ name: 'rsa', digest: made.digest }, spki, certificate.signature, certificate.signed);
    if (made?.name !== 'ecdsa' || (type !== 'P-256' && type !== 'P-384')) return false;
    const raw = ecdsaFromDer(certificate.signature, type === 'P-256' ? 32 : 48);
    const algorithm = { name: 'ecdsa', digest: made.digest, curve: type } as const;
    return raw !== undefined && (await isRight(algorithm, spki, raw, certificate.signed));
  } catch {
    return false;
  }
}

async function isRight(algorithm: SignatureAlgorithm, spki: Uint8Array, signature: Uint8Array, signed: Uint8Array) {
  return verifyWith(algorithm, importPublicKey(spki, algorithm), signature, [signed]);
}

function readCertificate(der: Uint8Array): Certificate | undefined {
  const [whole, ...after] = readDer(der) ?? [];
  const [body, outer, bits] = whole?.tag === 0x30 && after.length === 0 ? children(whole) : [];
  if (body === undefined || outer === undefined || bits?.tag !== 0x03 || bits.contents[0] !== 0) return undefined;
  const fields = children(body);
  // Version 3 has extensions, and every certificate that is in use today is of version 3.
  const [version, , inner, issuer, validity, subject, key] = fields;
  if (version?.tag !== 0xa0 || !inner || !issuer || !validity || !subject || !key) return undefined;
  // What is signed says how it is signed, so that nobody can choose another way for it.
  if (hex(inner.whole) !== hex(outer.whole)) return undefined;
  const [notBefore, notAfter] = children(validity).map(readTime);
  const extensions = readExtensions(fields.find(({ tag }) => tag === 0xa3));
  const [algorithm] = children(inner);
  if (notBefore === undefined || notAfter === undefined || extensions === undefined || algorithm === undefined)
    return undefined;
  const names = readNames(extensions.get(OIDS.alternativeNames));
  return {
    names: names.length > 0 ? names : readCommonName(subject),
    issuer: hex(issuer.whole),
    subject: hex(subject.whole),
    notBefore,
    notAfter,
    pathLength: readPathLength(extensions),
    key: encodeBase64(key.whole),
    signed: body.whole,
    signature: bits.contents.subarray(1),
    algorithm: hex(algorithm.contents),
  };
}

/** Extensions by their identifiers; `undefined` where one that must be understood is not. */
function readExtensions(element: DerElement | undefined): ReadonlyMap<string, Uint8Array> | undefined {
  const found = new Map<string, Uint8Array>();
  const [list] = element === undefined ? [] : children(element);
  for (const extension of list === undefined ? [] : children(list)) {
    const [oid, ...rest] = children(extension);
    const value = rest.at(-1);
    const id = oid === undefined ? '' : hex(oid.contents);
    if (value?.tag !== 0x04 || found.has(id)) return undefined;
    const isCritical = rest[0]?.tag === 0x01 && rest[0].contents[0] !== 0;
    if (isCritical && !Object.values<string>(OIDS).includes(id)) return undefined;
    found.set(id, value.contents);
  }
  return found;
}

/** An authority says that it is one, and that its key signs certificates. */
function readPathLength(extensions: ReadonlyMap<string, Uint8Array>): number {
  const [constraints] = readDer(extensions.get(OIDS.basicConstraints) ?? new Uint8Array()) ?? [];
  const [flag, limit] = constraints === undefined ? [] : children(constraints);
  if (flag?.tag !== 0x01 || flag.contents[0] !== 0xff) return -1;
  const [usage] = readDer(extensions.get(OIDS.keyUsage) ?? new Uint8Array()) ?? [];
  if (usage !== undefined && ((usage.contents[1] ?? 0) & 0x04) === 0) return -1;
  return limit === undefined ? Number.POSITIVE_INFINITY : (limit.contents[0] ?? 0);
}

function readNames(extension: Uint8Array | undefined): readonly string[] {
  const [list] = readDer(extension ?? new Uint8Array()) ?? [];
  const names = list === undefined ? [] : children(list).filter(({ tag }) => tag === 0x82);
  return names.map(({ contents }) => text(contents).toLowerCase());
}

function readCommonName(subject: DerElement): readonly string[] {
  const attributes = children(subject).flatMap(children).map(children);
  const values = attributes.filter(([oid]) => oid !== undefined && hex(oid.contents) === OIDS.commonName);
  return values.flatMap(([, value]) => (value === undefined ? [] : [text(value.contents).toLowerCase()]));
}

/** UTCTime, whose two digits mean 1950 to 2049, or GeneralizedTime; both in UTC with seconds (RFC 5280 §4.1.2.5). */
function readTime({ tag, contents }: DerElement): number | undefined {
  const written = text(contents);
  const century = tag !== 0x17 ? '' : Number(written.slice(0, 2)) < 50 ? '20' : '19';
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(century + written) ?? [];
  if (parts.length === 0 || (tag !== 0x17 && tag !== 0x18)) return undefined;
  const [year, month, day, hour, minute, second] = parts;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

function children({ contents }: DerElement): readonly DerElement[] {
  return readDer(contents) ?? [];
}

function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
