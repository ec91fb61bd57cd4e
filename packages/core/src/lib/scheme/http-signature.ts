import {
  hash,
  hmac,
  importMacKey,
  importPrivateKey,
  importPublicKey,
  type MacKey,
  type Part,
  type PrivateKey,
  type PublicKey,
  type SignatureAlgorithm,
  signWith,
  verifyWith,
} from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import { refuseUnknownOptions } from '../options.ts';
import { ecdsaFromDer, ecdsaToDer } from './der.ts';
import { decodeBounded, decodeExact, encodeBase64 } from './encoding.ts';
import { equalsAny } from './equals-any.ts';
import { type HeadReader, readHead } from './header-reader.ts';
import { isMeant } from './key-id.ts';
import { readPrivateKey, readPublicKey } from './public-key.ts';
import { checkPublicUrl, requestUrl } from './request-url.ts';
import type { ImportedSecret, Proof, Refusal, Scheme } from './scheme.ts';
import { decodeSecret } from './shared-secret.ts';
import { componentValue } from './signed-component.ts';
import { type InnerList, readByteSequences, readInnerLists } from './structured-field.ts';

/** Algorithms of RFC 9421 §3.3. */
export type HttpSignatureAlgorithm = keyof typeof ALGORITHMS;

/** An HTTP Message Signatures scheme, as data. */
export interface HttpSignatureOptions {
  /** What must be covered, or the signature does not count: `@method`, `@authority`, `content-digest` and so on. */
  readonly components: readonly string[];
  /** Pinned; a message that names another one is refused. Default: that of the key, and for RSA `rsa-pss-sha512`. */
  readonly algorithm?: HttpSignatureAlgorithm | undefined;
  /** Which of several signatures counts. Default: the first that covers what it must. */
  readonly label?: string | undefined;
  /** The URL that the sender calls: derived components come from it, and the query from the request. */
  readonly publicUrl?: string | undefined;
  /** How r and s of an ECDSA signature are written. Default `raw`, side by side, as the RFC has it. */
  readonly ecdsaForm?: 'raw' | 'der' | undefined;
}

const ALGORITHMS = {
  'hmac-sha256': { name: 'hmac' },
  'rsa-pss-sha512': { name: 'rsa-pss', digest: 'sha512', saltBytes: 64 },
  'rsa-v1_5-sha256': { name: 'rsa', digest: 'sha256' },
  'ecdsa-p256-sha256': { name: 'ecdsa', digest: 'sha256', curve: 'P-256' },
  'ecdsa-p384-sha384': { name: 'ecdsa', digest: 'sha384', curve: 'P-384' },
  ed25519: { name: 'ed25519' },
} as const satisfies Record<string, SignatureAlgorithm | { readonly name: 'hmac' }>;

const KEY_ALGORITHMS = {
  rsa: 'rsa-pss-sha512',
  'P-256': 'ecdsa-p256-sha256',
  'P-384': 'ecdsa-p384-sha384',
  ed25519: 'ed25519',
} as const;

const DIGESTS = { 'sha-256': 'sha256', 'sha-512': 'sha512' } as const;

interface Key {
  readonly algorithm: HttpSignatureAlgorithm;
  readonly mac?: MacKey;
  readonly verifier?: PublicKey;
  readonly signer?: PrivateKey;
}

/**
 * HTTP Message Signatures (RFC 9421) with Content-Digest (RFC 9530).
 *
 * The sender says what it covers, so the receiver says what must be covered: a signature over nothing is a valid one. The body counts as
 * signed only where `content-digest` must be covered.
 *
 * @throws ConfigurationError `invalid-provider` or `unknown-option` for a scheme that could never verify anything
 */
export function httpSignature(options: HttpSignatureOptions): Scheme {
  refuseUnknownOptions(options, ['components', 'algorithm', 'label', 'publicUrl', 'ecdsaForm'], 'http-signature');
  const { components, algorithm } = options;
  if (!Array.isArray(components) || !components.every((one) => /^@?[a-z][a-z-]*$/.test(one)))
    throw new ConfigurationError('invalid-provider', 'components', 'give the names of components in lower case.');
  if (algorithm !== undefined && !Object.hasOwn(ALGORITHMS, algorithm))
    throw new ConfigurationError('invalid-option', 'algorithm', `give one of ${Object.keys(ALGORITHMS).join(', ')}.`);
  if (!['raw', 'der', undefined].includes(options.ecdsaForm))
    throw new ConfigurationError('invalid-provider', 'ecdsaForm', 'give raw or der.');
  const der = options.ecdsaForm === 'der';
  const publicUrl = options.publicUrl === undefined ? '' : checkPublicUrl(options.publicUrl, 'publicUrl');
  const digested = components.includes('content-digest');
  return Object.freeze<Scheme>({
    kind: 'http-signature',
    ...(publicUrl !== '' && { publicUrl }),
    headers: Object.freeze(['signature-input', 'signature', 'content-digest']),
    signs: Object.freeze({ body: digested, timestamp: true, id: false, fields: Object.freeze([]) }),
    secrets: algorithm === 'hmac-sha256' ? 'shared' : 'public-key',
    importSecret: (value, option) => importKey(value, option, algorithm),
    importSigningSecret: (value, option) => importSigner(value, option, algorithm),
    readProof: (head) => read(head, options, publicUrl),
    async verify(proof, body, secrets) {
      const { base = '', digest = '', algorithm: named = '' } = proof.values ?? {};
      if (digest !== '' && !(await matchesDigest(digest, body))) return -1;
      for (const [index, secret] of secrets.entries()) {
        const key = (secret.key as () => Key)();
        if (!isMeant(secret, proof.keyId, secrets) || (named !== '' && named !== key.algorithm)) continue;
        if (await isRight(key, der, proof.signatures, [base])) return index;
      }
      return -1;
    },
    material: (proof, body) => [proof.values?.base ?? '', digested ? body : ''],
    async sign(request, secrets) {
      const [one] = secrets;
      if (one === undefined || secrets.length > 1)
        throw new ConfigurationError('invalid-option', 'secret', 'sign with one secret.');
      const headers: Record<string, string> = {};
      if (digested) headers['content-digest'] = `sha-256=:${encodeBase64(await hash('sha256', [request.body]))}:`;
      const list = components.map((name) => `"${name}"`).join(' ');
      headers['signature-input'] = `sig1=(${list});created=${request.timestamp}`;
      headers.signature = 'sig1=:AA==:';
      const head = readHead({ ...request, headers: [...request.headers, ...Object.entries(headers)] });
      const proof = read(head, { ...options, algorithm: undefined }, publicUrl, false);
      if ('refused' in proof)
        throw new ConfigurationError('invalid-option', 'headers', `it cannot be signed: ${proof.detail}.`);
      const key = (one.key as () => Key)();
      const parts = [proof.values?.base ?? ''];
      const signature =
        key.mac === undefined
          ? await signWith(ALGORITHMS[key.algorithm] as SignatureAlgorithm, key.signer as PrivateKey, parts)
          : await hmac('sha256', key.mac, parts);
      const written = der && isEcdsa(key.algorithm) ? ecdsaToDer(signature) : signature;
      return { headers: { ...headers, signature: `sig1=:${encodeBase64(written)}:` } };
    },
  });
}

function read(head: HeadReader, options: HttpSignatureOptions, publicUrl: string, decoding = true): Proof | Refusal {
  const written = { input: head.value('signature-input'), signature: head.value('signature') };
  if (written.input === '' || written.signature === '')
    return { refused: 'missing-signature', detail: 'there is no signature-input or no signature header' };
  const inputs = readInnerLists(written.input);
  const signatures = readByteSequences(written.signature);
  if (inputs === undefined || signatures === undefined)
    return malformed('signature-input and signature are not the structured fields they must be');
  const [label, input] = choose(inputs, options) ?? [];
  const text = label === undefined ? undefined : signatures.get(label);
  if (input === undefined || text === undefined)
    return {
      refused: 'unsupported-scheme',
      detail: `no signature covers ${options.components.join(', ') || 'what it must'}`,
    };
  const signature = decoding ? decodeBounded(text, 'base64') : new Uint8Array();
  if (signature === undefined) return malformed('the signature is not padded base64');
  const created = input.parameters.get('created');
  const expires = input.parameters.get('expires');
  if (created === undefined)
    return { refused: 'missing-timestamp', detail: 'the signature does not say when it was created' };
  if (typeof created !== 'number' || created < 0 || (expires !== undefined && typeof expires !== 'number'))
    return { refused: 'malformed-timestamp', detail: 'created or expires is not unix seconds' };
  const url = requestUrl(publicUrl, head.url, {});
  const lines: string[] = [];
  const seen = new Set<string>();
  for (const item of input.items) {
    const value = seen.has(item.text) ? undefined : componentValue(item, head, url);
    seen.add(item.text);
    if (value === undefined) return malformed(`the component ${item.text} cannot be read from this request`);
    lines.push(`${item.text}: ${value}\n`);
  }
  const named = input.parameters.get('alg');
  const keyId = input.parameters.get('keyid');
  return {
    signatures: [signature],
    timestamp: created,
    timestampText: String(created),
    expires,
    keyId: typeof keyId === 'string' ? keyId : undefined,
    values: {
      base: `${lines.join('')}"@signature-params": ${input.text}`,
      digest: input.items.some(({ value }) => value === 'content-digest') ? head.value('content-digest') : '',
      algorithm: typeof named === 'string' ? named : '',
    },
  };
}

/** The signature that counts: the one of the label, or the first that covers what it must. */
function choose(
  inputs: ReadonlyMap<string, InnerList>,
  { components, label }: HttpSignatureOptions,
): [string, InnerList] | undefined {
  return [...inputs].find(
    ([name, { items }]) =>
      (label === undefined || name === label) &&
      components.every((one) => items.some(({ value, parameters }) => value === one && parameters.size === 0)),
  );
}

/** Every digest that is there and known must be right, and one of them must be there. */
async function matchesDigest(header: string, body: Uint8Array): Promise<boolean> {
  let known = 0;
  for (const [name, text] of readByteSequences(header) ?? []) {
    if (!Object.hasOwn(DIGESTS, name)) continue;
    const digest = DIGESTS[name as keyof typeof DIGESTS];
    const given = decodeExact(text, 'base64', digest === 'sha256' ? 32 : 64);
    if (given === undefined || !equalsAny(await hash(digest, [body]), [given])) return false;
    known++;
  }
  return known > 0;
}

async function isRight(
  { algorithm, mac, verifier }: Key,
  der: boolean,
  signatures: readonly Uint8Array[],
  parts: readonly Part[],
): Promise<boolean> {
  if (mac !== undefined) return equalsAny(await hmac('sha256', mac, parts), signatures);
  const [given] = signatures;
  const signature =
    der && given !== undefined && isEcdsa(algorithm)
      ? ecdsaFromDer(given, algorithm === 'ecdsa-p256-sha256' ? 32 : 48)
      : given;
  if (verifier === undefined || signature === undefined) return false;
  try {
    return await verifyWith(ALGORITHMS[algorithm] as SignatureAlgorithm, verifier, signature, parts);
  } catch {
    return false;
  }
}

function isEcdsa(algorithm: HttpSignatureAlgorithm): boolean {
  return algorithm.startsWith('ecdsa-');
}

function importKey(value: string, option: string, pinned: HttpSignatureAlgorithm | undefined): ImportedSecret {
  if (pinned === 'hmac-sha256') return importMac(value, option);
  const { type, bits, spki } = readPublicKey(value, option);
  const algorithm = pinned ?? KEY_ALGORITHMS[type];
  const fits = algorithm === KEY_ALGORITHMS[type] || (type === 'rsa' && algorithm === 'rsa-v1_5-sha256');
  if (!fits || (type === 'rsa' && bits < 2048))
    throw new ConfigurationError('wrong-kind-secret', option, `this is not a key for ${algorithm}.`);
  const key: Key = { algorithm, verifier: importPublicKey(spki, ALGORITHMS[algorithm] as SignatureAlgorithm) };
  return Object.freeze({ key: () => key, bytes: bits >> 3 });
}

function importSigner(value: string, option: string, pinned: HttpSignatureAlgorithm | undefined): ImportedSecret {
  if (pinned === 'hmac-sha256') return importMac(value, option);
  const algorithm = pinned ?? 'ed25519';
  const key: Key = {
    algorithm,
    signer: importPrivateKey(readPrivateKey(value, option), ALGORITHMS[algorithm] as SignatureAlgorithm),
  };
  return Object.freeze({ key: () => key, bytes: 32 });
}

function importMac(value: string, option: string): ImportedSecret {
  const bytes = decodeSecret(value, option, {});
  const key: Key = { algorithm: 'hmac-sha256', mac: importMacKey(bytes) };
  return Object.freeze({ key: () => key, bytes: bytes.byteLength });
}

function malformed(detail: string): Refusal {
  return { refused: 'malformed-signature', detail };
}
