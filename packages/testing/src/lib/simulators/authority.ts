// A certificate authority that lives as long as a test: whatever it vouches for is worth nothing anywhere else. Certificates are made when
// they are needed, so that none lies about, and none expires.

/** A certificate in PEM, and its private key. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority that nobody trusts who was not given its certificate. */
export interface Authority {
  /** Its own certificate, PEM. */
  readonly ca: string;
  /** Issues a certificate for host names. */
  issue(hosts: readonly string[]): Promise<Certificate>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const ECDSA_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const COMMON_NAME = [0x55, 0x04, 0x03];
const BASIC_CONSTRAINTS = [0x55, 0x1d, 0x13];
const ALTERNATIVE_NAMES = [0x55, 0x1d, 0x11];

type Keys = Awaited<ReturnType<typeof makeKeys>>;

/** Makes an authority of its own, with a key of its own. */
export async function createAuthority(): Promise<Authority> {
  const keys = await makeKeys();
  const name = distinguishedName('Postern simulators, trusted by nobody');
  const isAuthority = extension(BASIC_CONSTRAINTS, der(0x30, der(0x01, [0xff])));
  return Object.freeze<Authority>({
    ca: await makeCertificate({
      subject: name,
      subjectKeys: keys,
      issuer: name,
      issuerKeys: keys,
      extensions: [isAuthority],
    }),
    async issue(hosts) {
      const subjectKeys = await makeKeys();
      const names = hosts.map((host) => der(0x82, ascii(host)));
      const cert = await makeCertificate({
        subject: distinguishedName(hosts[0] ?? 'nobody'),
        subjectKeys,
        issuer: name,
        issuerKeys: keys,
        extensions: [extension(BASIC_CONSTRAINTS, der(0x30)), extension(ALTERNATIVE_NAMES, der(0x30, ...names))],
      });
      const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', subjectKeys.privateKey));
      return { cert, key: pem('PRIVATE KEY', pkcs8) };
    },
  });
}

function makeKeys() {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function makeCertificate(parts: {
  readonly subject: Uint8Array;
  readonly subjectKeys: Keys;
  readonly issuer: Uint8Array;
  readonly issuerKeys: Keys;
  readonly extensions: readonly Uint8Array[];
}): Promise<string> {
  const algorithm = der(0x30, der(0x06, ECDSA_SHA256));
  const serial = crypto.getRandomValues(new Uint8Array(8));
  const body = der(
    0x30,
    der(0xa0, der(0x02, [2])),
    der(0x02, [1, ...serial]),
    algorithm,
    parts.issuer,
    der(0x30, der(0x17, ascii('200101000000Z')), der(0x17, ascii('490101000000Z'))),
    parts.subject,
    new Uint8Array(await crypto.subtle.exportKey('spki', parts.subjectKeys.publicKey)),
    der(0xa3, der(0x30, ...parts.extensions)),
  );
  const signature = new Uint8Array(await crypto.subtle.sign(ALGORITHM, parts.issuerKeys.privateKey, body));
  // WebCrypto gives r and s side by side, and X.509 wants them as two integers.
  const both = der(0x30, integer(signature.subarray(0, 32)), integer(signature.subarray(32)));
  return pem('CERTIFICATE', der(0x30, body, algorithm, der(0x03, [0], both)));
}

function distinguishedName(commonName: string): Uint8Array {
  return der(0x30, der(0x31, der(0x30, der(0x06, COMMON_NAME), der(0x0c, ascii(commonName)))));
}

function extension(id: readonly number[], value: Uint8Array): Uint8Array {
  return der(0x30, der(0x06, id), der(0x04, value));
}

function integer(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = bytes.subarray(start < 0 ? bytes.length - 1 : start);
  return der(0x02, (digits[0] ?? 0) > 0x7f ? [0, ...digits] : digits);
}

function der(tag: number, ...contents: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const content = contents.flatMap((one) => Array.from(one));
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Uint8Array.from([tag, ...size, ...content]);
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function pem(label: string, bytes: Uint8Array): string {
  return `-----BEGIN ${label}-----\n${btoa(String.fromCharCode(...bytes))}\n-----END ${label}-----\n`;
}
