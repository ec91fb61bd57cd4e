// A certificate authority that lives as long as a test: whatever it vouches for is worth nothing anywhere else.
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { writeDer, writeInteger } from '../../packages/core/src/lib/scheme/der.ts';

/** A certificate and what it was made with. */
export interface Issued {
  /** PEM. */
  readonly certificate: string;
  readonly key: KeyObject;
  /** The private key in PKCS #8 PEM. */
  readonly keyPem: string;
  /** Issues a certificate under this one. */
  issue(wishes: Wishes): Issued;
}

/** What a certificate is to say. */
export interface Wishes {
  readonly names?: readonly string[];
  readonly commonName?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly authority?: boolean;
  /** Default `ec`: keys that are made at once. */
  readonly type?: 'ec' | 'rsa';
  /** Signs with this key in place of the issuer's: a forgery. */
  readonly signedBy?: KeyObject;
}

const SHA256_ECDSA = '2a8648ce3d040302';
const SHA256_RSA = '2a864886f70d01010b';

/** Makes an authority of its own. */
export function createAuthority(
  commonName = 'Postern test authority, trusted by nobody',
  type: 'ec' | 'rsa' = 'ec',
): Issued {
  return make({ commonName, authority: true, type });
}

function make(wishes: Wishes, issuer?: { readonly name: Uint8Array; readonly key: KeyObject }): Issued {
  const pair =
    wishes.type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = nameOf(wishes.commonName ?? wishes.names?.[0] ?? 'test');
  const signer = issuer?.key ?? pair.privateKey;
  const algorithm = writeDer(0x30, oid(signer.asymmetricKeyType === 'rsa' ? SHA256_RSA : SHA256_ECDSA));
  const body = writeDer(
    0x30,
    writeDer(0xa0, writeInteger(Uint8Array.of(2))),
    writeInteger(Uint8Array.of(1, ...randomBytes(8))),
    algorithm,
    issuer?.name ?? name,
    writeDer(0x30, time(wishes.notBefore ?? new Date('2020-01-01')), time(wishes.notAfter ?? new Date('2049-01-01'))),
    name,
    pair.publicKey.export({ format: 'der', type: 'spki' }),
    writeDer(0xa3, writeDer(0x30, ...extensions(wishes))),
  );
  const signature = sign('sha256', body, wishes.signedBy ?? signer);
  const der = writeDer(0x30, body, algorithm, writeDer(0x03, Uint8Array.of(0), signature));
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`,
    key: createPrivateKey(pair.privateKey.export({ format: 'pem', type: 'pkcs8' })),
    keyPem: pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    issue: (next) => make(next, { name, key: pair.privateKey }),
  };
}

function extensions({ names = [], authority = false }: Wishes): Uint8Array[] {
  const alternatives = names.map((one) => writeDer(0x82, Buffer.from(one)));
  return [
    extension('551d13', true, writeDer(0x30, ...(authority ? [writeDer(0x01, Uint8Array.of(0xff))] : []))),
    ...(names.length === 0 ? [] : [extension('551d11', false, writeDer(0x30, ...alternatives))]),
  ];
}

function extension(id: string, critical: boolean, value: Uint8Array): Uint8Array {
  return writeDer(0x30, oid(id), ...(critical ? [writeDer(0x01, Uint8Array.of(0xff))] : []), writeDer(0x04, value));
}

function nameOf(commonName: string): Uint8Array {
  return writeDer(0x30, writeDer(0x31, writeDer(0x30, oid('550403'), writeDer(0x0c, Buffer.from(commonName)))));
}

function oid(hex: string): Uint8Array {
  return writeDer(0x06, Buffer.from(hex, 'hex'));
}

/** UTCTime: good until 2049. */
function time(moment: Date): Uint8Array {
  return writeDer(0x17, Buffer.from(`${moment.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
}
