import { compactVerify, SignJWT } from 'jose';
import { type HmacDigest, hash } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import { decodeBase64Url, encode } from './encoding.ts';
import type { HeadReader } from './header-reader.ts';
import { checkAlgorithms, importKey, importSigner, type JwtKey } from './jwt-keys.ts';
import { isMeant } from './key-id.ts';
import { compilePlace, readHeadPlace, scalarText } from './place.ts';
import type { PublicKeyForm } from './public-key.ts';
import { checkBaseUrl, writeCanonicalRequest } from './query-string-hash.ts';
import { checkPublicUrl, requestUrl } from './request-url.ts';
import type { ImportedSecret, Proof, Refusal, Scheme } from './scheme.ts';
import type { SecretForm } from './shared-secret.ts';
import { binaryText, latin1Bytes } from './strict-form.ts';
import { readStrictJson, type StrictJson } from './strict-json.ts';

/** Algorithms that a token may be signed with. `none` is not one. */
export type JwtAlgorithm = 'HS256' | 'HS384' | 'HS512' | 'RS256' | 'PS256' | 'ES256' | 'ES384' | 'EdDSA';

/** A claim that holds the digest of something else in the request. */
export interface JwtBinding {
  readonly claim: string;
  readonly digest: HmacDigest;
  /** Default: lower-case `hex`. */
  readonly encoding?: 'hex' | 'base64';
  /** With an empty body the claim must be absent. Default: it must always be there. */
  readonly unlessEmpty?: true;
}

/** A JWT scheme, as data. */
export interface JwtOptions {
  /** Where it stands. `body`: it is the whole body, and the event is its claims. */
  readonly token: { readonly header: string } | { readonly query: string } | { readonly body: 'whole' };
  /** Before the token, where it stands: `Bearer `. */
  readonly prefix?: string;
  /** The allow-list. A token of another algorithm is refused, whatever its own header says. */
  readonly algorithms: readonly [JwtAlgorithm, ...JwtAlgorithm[]];
  /** Claims that must have this value, or one of these. */
  readonly claims?: Readonly<Record<string, string | boolean | readonly [string, ...string[]]>>;
  /** The claim that says when it was signed, unix seconds. */
  readonly issued?: 'iat' | 'nbf';
  /** `required`: the token must say when it expires. One that says so is held to it in any case. */
  readonly expires?: 'required';
  /** The claim that is the event's id. */
  readonly id?: string;
  readonly body?: JwtBinding;
  /** `below`: the digest is Atlassian's query string hash, of method, path below this URL (`''`: the root) and query. */
  readonly url?: JwtBinding & { readonly below?: string };
  readonly publicUrl?: string | undefined;
  readonly secret?: SecretForm & Pick<PublicKeyForm, 'refuse'>;
}

const OPTIONS = [
  ...['token', 'prefix', 'algorithms', 'claims', 'issued', 'expires', 'id', 'body', 'url', 'publicUrl', 'secret'],
];
/** Of a token in the head. One that is the body is as long as bodies may be. */
const MOST_CHARACTERS = 8192;

/**
 * A JSON Web Token (RFC 7519) that the sender signed for this delivery.
 *
 * A token proves itself and nothing else: what it does not bind by a digest of the body may have been written by anyone who saw one.
 *
 * @throws ConfigurationError `invalid-provider` or `unknown-option` for a scheme that could never verify anything
 */
export function jwt(options: JwtOptions): Scheme {
  refuseUnknownOptions(options, OPTIONS, 'jwt');
  const { algorithms, prefix = '' } = options;
  const shared = checkAlgorithms(algorithms);
  const place = 'body' in options.token ? compileWhole(options) : compilePlace(options.token, 'jwt.token');
  checkClaims(options.claims ?? {});
  const publicUrl = options.url === undefined ? '' : checkPublicUrl(options.publicUrl, 'publicUrl');
  const below = options.url?.below === undefined ? undefined : checkBaseUrl(options.url.below, publicUrl);
  const targetOf = (method: string, url: string) =>
    below === undefined
      ? requestUrl(publicUrl, url, {})
      : writeCanonicalRequest(method, url, { publicUrl, baseUrl: below });
  const read = (head: HeadReader) => {
    if ('body' in place) return { signatures: [] };
    const found = readHeadPlace(place, head);
    if (found === 'absent') return refuse('missing-signature', 'there is no token');
    if (found === 'malformed' || !found.text.startsWith(prefix))
      return refuse('malformed-signature', 'there is no single token');
    const target = targetOf(head.method, head.url);
    if (target === undefined) return refuse('malformed-signature', 'the query cannot be read in one way only');
    const token = found.text.slice(prefix.length);
    return token.length > MOST_CHARACTERS
      ? refuse('malformed-signature', `the token is longer than ${MOST_CHARACTERS} characters`)
      : readToken(token, options, target);
  };
  return Object.freeze<Scheme>({
    kind: 'jwt',
    ...(publicUrl !== '' && { publicUrl }),
    headers: Object.freeze('header' in place ? [place.header] : []),
    signs: Object.freeze({
      body: 'body' in place || options.body !== undefined,
      timestamp: options.issued !== undefined,
      id: options.id !== undefined,
      fields: Object.freeze([]),
    }),
    secrets: shared ? 'shared' : 'public-key',
    importSecret: (value, option) => importKey(value, option, options.algorithms, shared, options.secret),
    importSigningSecret: (value, option) =>
      shared
        ? importKey(value, option, options.algorithms, shared, options.secret)
        : importSigner(value, option, algorithms[0]),
    readProof: read,
    ...('body' in place && {
      readBody: (_: Proof, body: Uint8Array) =>
        body.byteLength === 0
          ? refuse('missing-signature', 'there is no token: the body is empty')
          : readToken(binaryText(body), options, ''),
      eventOf: (body: Uint8Array) => decodeBase64Url(binaryText(body).split('.', 2)[1] ?? ''),
    }),
    async verify(proof, body, secrets) {
      const { token = '', values = {} } = proof;
      if (!(await binds(options.body, values.body, [body], body.byteLength === 0))) return -1;
      if (!(await binds(options.url, values.url, [latin1Bytes(values.target ?? '')], false))) return -1;
      for (const [index, one] of secrets.entries())
        if (isMeant(one, proof.keyId, secrets) && (await isSigned(token, one, algorithms))) return index;
      return -1;
    },
    // A token that binds no body may come with many, and a service sends the same one until it expires: then only the bytes tell them apart.
    material: (proof, body) => (options.body === undefined ? [body] : [proof.token ?? '', body]),
    async sign(request, secrets) {
      const [one] = secrets;
      if (one === undefined || secrets.length > 1)
        throw new ConfigurationError(
          'invalid-option',
          'secret',
          'a token has room for one signature only: sign with one secret.',
        );
      const claims = 'body' in place ? readClaims(request.body) : {};
      for (const [name, value] of Object.entries(options.claims ?? {}))
        claims[name] = Array.isArray(value) ? value[0] : value;
      if (options.issued !== undefined) claims[options.issued] = request.timestamp;
      if (options.expires !== undefined) claims.exp = request.timestamp + 60;
      if (options.id !== undefined) claims[options.id] = request.id;
      if (options.body !== undefined && !(options.body.unlessEmpty && request.body.byteLength === 0))
        claims[options.body.claim] = await digestOf(options.body, [request.body]);
      if (options.url !== undefined)
        claims[options.url.claim] = await digestOf(options.url, [
          latin1Bytes(targetOf(request.method, request.url) ?? ''),
        ]);
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: algorithms[0] })
        .sign(await (one.key as JwtKey)());
      if ('body' in place) return { headers: {}, body: latin1Bytes(token) };
      if (!('header' in place))
        throw new ConfigurationError('invalid-option', 'provider', 'this token stands in the query.');
      return { headers: { [place.header]: prefix + token } };
    },
  });
}

/** Reads a token without believing it. */
function readToken(token: string, options: JwtOptions, target: string): Proof | Refusal {
  const parts = token.split('.', 4);
  const [header, claims] = parts.slice(0, 2).map((part) => readJson(part));
  if (parts.length !== 3 || !(header instanceof Map) || !(claims instanceof Map))
    return refuse('malformed-signature', 'this is not three parts of base64url with JSON in the first two');
  const algorithm = header.get('alg');
  if (!options.algorithms.some((one) => one === algorithm))
    return refuse('unsupported-scheme', `the token is not signed with ${options.algorithms.join(' or ')}`);
  for (const [name, value] of Object.entries(options.claims ?? {}))
    if (!(Array.isArray(value) ? value : [value]).some((one) => one === claims.get(name)))
      return refuse('malformed-signature', `the claim ${name} is not what it must be`);
  const timestamp = options.issued === undefined ? undefined : seconds(claims.get(options.issued));
  if (options.issued !== undefined && timestamp === undefined)
    return claims.has(options.issued)
      ? refuse('malformed-timestamp', `the claim ${options.issued} is not unix seconds`)
      : refuse('missing-timestamp', `there is no claim ${options.issued}`);
  const expires = seconds(claims.get('exp'));
  if (expires === undefined && (claims.has('exp') || options.expires === 'required'))
    return refuse(claims.has('exp') ? 'malformed-timestamp' : 'missing-timestamp', 'the claim exp is not unix seconds');
  const id = options.id === undefined ? undefined : textOf(claims.get(options.id));
  if (options.id !== undefined && (id === undefined || id === '' || id.length > 256))
    return refuse(id === undefined ? 'missing-id' : 'malformed-id', `the claim ${options.id} is no id`);
  const values: Record<string, string> = { target };
  for (const name of ['body', 'url'] as const) {
    const bound = options[name] && textOf(claims.get(options[name].claim));
    if (bound !== undefined) values[name] = bound;
  }
  return {
    signatures: [],
    token,
    timestamp,
    timestampText: timestamp?.toString(),
    expires,
    id,
    keyId: textOf(header.get('kid')),
    values,
  };
}

/** True where a claim holds the digest, or nothing is bound. */
async function binds(
  binding: JwtBinding | undefined,
  claimed: string | undefined,
  parts: readonly Uint8Array[],
  empty: boolean,
): Promise<boolean> {
  if (binding === undefined) return true;
  if (claimed === undefined) return empty && binding.unlessEmpty === true;
  if (empty && binding.unlessEmpty) return false;
  return (await digestOf(binding, parts)) === claimed;
}

async function digestOf({ digest, encoding = 'hex' }: JwtBinding, parts: readonly Uint8Array[]): Promise<string> {
  return encode(await hash(digest, parts), encoding);
}

async function isSigned(token: string, secret: ImportedSecret, algorithms: readonly string[]): Promise<boolean> {
  // A lenient decoder passes over what is not of its alphabet, so one signature would have many spellings.
  if (!token.split('.').every((part) => decodeBase64Url(part) !== undefined)) return false;
  try {
    await compactVerify(token, await (secret.key as JwtKey)(), { algorithms: [...algorithms] });
    return true;
  } catch {
    return false;
  }
}

/** A claim that nobody has filled in would ask for its absence. */
function checkClaims(claims: NonNullable<JwtOptions['claims']>): void {
  for (const [name, value] of Object.entries(claims))
    if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0))
      throw new ConfigurationError(
        'missing-option',
        name,
        `say what the claim ${name} must be: anybody's token has one.`,
      );
}

/** A token that is the body binds itself: no claim of it can hold its digest, and nothing stands before it. */
function compileWhole({ token, prefix, body, url }: JwtOptions): { readonly body: 'whole' } {
  if (!('body' in token) || token.body !== 'whole' || prefix !== undefined || body !== undefined || url !== undefined)
    throw new ConfigurationError(
      'invalid-provider',
      'jwt.token',
      'a token that is the whole body stands alone: leave prefix, body and url out.',
    );
  return token;
}

/** What is to be signed, where the token is the body: its claims. */
function readClaims(body: Uint8Array): Record<string, unknown> {
  const claims = readStrictJson(body) instanceof Map ? JSON.parse(new TextDecoder().decode(body)) : undefined;
  if (claims === undefined)
    throw new ConfigurationError(
      'invalid-option',
      'body',
      'give a JSON object: its members are the claims of the token.',
    );
  return claims;
}

function readJson(part: string): StrictJson | undefined {
  const bytes = decodeBase64Url(part);
  return bytes && readStrictJson(bytes);
}

function textOf(value: StrictJson | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function seconds(value: StrictJson | undefined): number | undefined {
  const found = typeof value === 'object' ? scalarText(value) : 'absent';
  return typeof found !== 'string' && /^\d{1,12}$/.test(found.text) ? Number(found.text) : undefined;
}

function refuse(refused: Refusal['refused'], detail: string): Refusal {
  return { refused, detail };
}
