import {
  hmac as computeHmac,
  constantTimeEqual,
  DIGEST_BYTES,
  type HmacDigest,
  importMacKey,
  type MacKey,
} from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import { parseTimestamp } from '../freshness.ts';
import { refuseUnknownOptions } from '../options.ts';
import { decodeBase64, decodeExact, type Encoding, encode } from './encoding.ts';
import type { HeaderReader } from './header-reader.ts';
import type { ImportedSecret, Proof, Refusal, Scheme } from './scheme.ts';
import { compileSignatureHeader, type SignatureHeader } from './signature-header.ts';
import { compileSignedContent, type SignedContent } from './signed-content.ts';

/** How a secret becomes a key. */
export interface SecretForm {
  /** `text`: its UTF-8 bytes, all of them. `base64`: what it decodes to. Default `text`. */
  readonly encoding?: 'text' | 'base64';
  /** Taken off before decoding, if it is there. */
  readonly prefix?: string;
  /** The exact length of the key in bytes, where the vendor fixes one. */
  readonly bytes?: number;
  /** Starts of values that are something else of this vendor (an API key, a public key): refused at start-up. */
  readonly refuse?: readonly string[];
}

/** An HMAC scheme, as data. */
export interface HmacOptions {
  readonly digest: HmacDigest;
  readonly encoding: Encoding;
  readonly signature: SignatureHeader;
  /** The signed bytes: `{body}`, `{timestamp}` and `{id}` between literal text. */
  readonly content: string;
  /** The header of the signed time, where the signature header does not carry it. Unix seconds. */
  readonly timestamp?: { readonly header: string };
  /** The header of the signed id. */
  readonly id?: { readonly header: string };
  readonly secret?: SecretForm;
}

/**
 * HMAC (RFC 2104) over bytes of the delivery, under a secret that both sides hold.
 *
 * Digest, encoding and grammar are pinned here; nothing a sender writes can choose another.
 *
 * @throws ConfigurationError `invalid-provider` or `unknown-option` for a scheme that could never verify anything
 */
export function hmac(options: HmacOptions): Scheme {
  refuseUnknownOptions(options, ['digest', 'encoding', 'signature', 'content', 'timestamp', 'id', 'secret'], 'hmac');
  const { digest, encoding } = options;
  if (!Object.hasOwn(DIGEST_BYTES, digest))
    throw invalid('hmac.digest', `give one of ${Object.keys(DIGEST_BYTES).join(', ')}.`);
  if (encoding !== 'hex' && encoding !== 'base64') throw invalid('hmac.encoding', 'give hex or base64.');
  const length = DIGEST_BYTES[digest];
  if (options.secret !== undefined)
    refuseUnknownOptions(options.secret, ['encoding', 'prefix', 'bytes', 'refuse'], 'hmac.secret');
  const { encoding: secretEncoding = 'text' } = options.secret ?? {};
  if (secretEncoding !== 'text' && secretEncoding !== 'base64')
    throw invalid('hmac.secret.encoding', 'give text or base64.');
  const grammar = compileSignatureHeader(options.signature);
  const content = compileSignedContent(options.content);
  const signatureHeader = headerName(options.signature.header, 'hmac.signature.header');
  const timestampHeader = options.timestamp && headerName(options.timestamp.header, 'hmac.timestamp.header');
  const idHeader = options.id && headerName(options.id.header, 'hmac.id.header');
  const headers = Object.freeze([signatureHeader, timestampHeader, idHeader].filter((name) => name !== undefined));
  if (new Set(headers).size < headers.length)
    throw invalid('hmac', 'give the signature, the time and the id a header each.');
  checkSources(content, grammar.carriesTimestamp, timestampHeader, idHeader);

  const proofParts = (proof: Proof, body: Uint8Array) =>
    content.parts({ timestamp: proof.timestampText, id: proof.id, body });

  return Object.freeze<Scheme>({
    kind: 'hmac',
    headers,
    signs: content.has,
    idHeader,
    importSecret: (value, option) => importSecret(value, option, options.secret ?? {}),

    readProof(headers) {
      const header = headers.value(signatureHeader);
      if (header === '') return { refused: 'missing-signature', detail: `there is no ${signatureHeader} header` };
      const fields = grammar.parse(header);
      if ('refused' in fields) return fields;
      const signatures: Uint8Array[] = [];
      for (const text of fields.signatures) {
        const bytes = decodeExact(text, encoding, length);
        if (bytes === undefined)
          return { refused: 'malformed-signature', detail: `a signature is not ${length} bytes of ${encoding}` };
        signatures.push(bytes);
      }
      const time = content.has.timestamp ? readTimestamp(headers, timestampHeader, fields.timestamp) : {};
      if ('refused' in time) return time;
      const id = idHeader === undefined ? undefined : readId(headers.value(idHeader), idHeader, content);
      if (typeof id === 'object') return id;
      return { signatures, ...time, id };
    },

    async verify(proof, body, secrets) {
      const parts = proofParts(proof, body);
      for (const [index, secret] of secrets.entries()) {
        const expected = await computeHmac(digest, secret.key as MacKey, parts);
        // Every candidate is compared, so that the time taken does not tell which of several signatures was right.
        let matches = 0;
        for (const signature of proof.signatures) matches += constantTimeEqual(expected, signature) ? 1 : 0;
        if (matches > 0) return index;
      }
      return -1;
    },

    material(proof, body) {
      // Bytes that are not signed would make a new event of every copy.
      return [proof.timestampText ?? '', proof.id ?? '', content.has.body ? body : ''];
    },

    async sign({ body, timestamp, id }, secrets) {
      const proof: Proof = { signatures: [], timestampText: String(timestamp), id };
      const parts = proofParts(proof, body);
      const signatures: string[] = [];
      for (const secret of secrets)
        signatures.push(encode(await computeHmac(digest, secret.key as MacKey, parts), encoding));
      const headers: Record<string, string> = {};
      if (idHeader !== undefined) headers[idHeader] = id;
      if (timestampHeader !== undefined) headers[timestampHeader] = String(timestamp);
      headers[signatureHeader] = grammar.format({ signatures, timestamp: String(timestamp) });
      return headers;
    },
  });
}

function readTimestamp(
  headers: HeaderReader,
  header: string | undefined,
  field: string | undefined,
): Pick<Proof, 'timestamp' | 'timestampText'> | Refusal {
  const text = header === undefined ? field : headers.value(header);
  if (text === undefined || (text === '' && header !== undefined)) {
    return {
      refused: 'missing-timestamp',
      detail: header === undefined ? 'the signature header holds no time' : `there is no ${header} header`,
    };
  }
  const timestamp = parseTimestamp(text);
  if (timestamp === undefined)
    return { refused: 'malformed-timestamp', detail: 'the time is not plain decimal unix seconds' };
  return { timestamp, timestampText: text };
}

/**
 * A signed id may hold visible ASCII but not the text that follows it in the signed content: with it, `id.time.body` can be cut
 * at another place, which turns a day-old capture into a fresh delivery without changing one signed byte.
 */
function readId(text: string, header: string, content: SignedContent): string | Refusal {
  if (text === '') return { refused: 'missing-id', detail: `there is no ${header} header` };
  if (text.length > 256) return { refused: 'malformed-id', detail: 'the id is longer than 256 characters' };
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x21 || code > 0x7e || content.separates(text.charAt(i)))
      return { refused: 'malformed-id', detail: 'the id holds a character that an id cannot hold here' };
  }
  return text;
}

function importSecret(value: string, option: string, form: SecretForm): ImportedSecret {
  const wrong = form.refuse?.find((start) => value.startsWith(start));
  if (wrong !== undefined) {
    throw new ConfigurationError(
      'wrong-kind-secret',
      option,
      `this starts with "${wrong}", which is another kind of key of this provider: give the webhook signing secret.`,
    );
  }
  const text = form.prefix !== undefined && value.startsWith(form.prefix) ? value.slice(form.prefix.length) : value;
  const bytes = form.encoding === 'base64' ? decodeBase64(text) : new TextEncoder().encode(text);
  if (bytes === undefined || bytes.byteLength === 0) {
    const expected = `${form.prefix === undefined ? '' : `"${form.prefix}" and then `}padded base64`;
    throw new ConfigurationError(
      'undecodable-secret',
      option,
      `this does not decode to a key: ${expected} is expected. Copy it again from the provider's dashboard, whole.`,
    );
  }
  if (form.bytes !== undefined && bytes.byteLength !== form.bytes) {
    throw new ConfigurationError(
      'wrong-length-secret',
      option,
      `this is a key of ${bytes.byteLength} bytes where this provider's have ${form.bytes}: copy it again, whole.`,
    );
  }
  return Object.freeze({ key: importMacKey(bytes), bytes: bytes.byteLength });
}

function checkSources(
  content: SignedContent,
  headerCarriesTime: boolean,
  timestampHeader: string | undefined,
  idHeader: string | undefined,
): void {
  const carried = headerCarriesTime || timestampHeader !== undefined;
  if (headerCarriesTime && timestampHeader !== undefined)
    throw invalid('hmac.timestamp', 'the signature header already carries the time: name one place.');
  if (content.has.timestamp && !carried)
    throw invalid('hmac.timestamp', 'the content signs {timestamp}: say where it stands.');
  // A time that is not signed is whatever the sender of a replay wants it to be: it can only mislead.
  if (!content.has.timestamp && carried)
    throw invalid('hmac.timestamp', 'the content does not sign {timestamp}: an unsigned time proves nothing.');
  if (content.has.id && idHeader === undefined)
    throw invalid('hmac.id', 'the content signs {id}: say in which header it stands.');
  if (!content.has.id && idHeader !== undefined)
    throw invalid('hmac.id', 'the content does not sign {id}: an unsigned id proves nothing.');
}

function headerName(name: unknown, option: string): string {
  if (typeof name !== 'string' || !/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name))
    throw invalid(option, 'give the name of a header.');
  return name.toLowerCase();
}

function invalid(option: string, message: string): ConfigurationError {
  return new ConfigurationError('invalid-provider', option, message);
}
