import { type HmacDigest, hash, type Part } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import { type Canonical, holdsBody } from './canonical.ts';
import { encode } from './encoding.ts';
import type { Place } from './place.ts';
import type { SignedHeaders } from './signed-headers.ts';

/** A signed value that the content names. */
export type Value =
  /** One that stands in the request. `word`: letters, digits, `_` and `-` only. `around`: texts before and after such a word, left out with it where it is absent. */
  | (Place & {
      readonly optional?: true;
      readonly word?: true;
      readonly lowercase?: true;
      readonly around?: readonly [before: string, after: string];
    })
  /** A setting. */
  | { readonly text: string }
  /** A further field of the signature header, by its key. */
  | { readonly signatureField: string }
  /** The configured URL with the query of the request. `port: 'added'` names the scheme's own port; `quotes` rewrites `'`; `decoded` takes off the percent-encoding of punctuation. */
  | { readonly url: 'request'; readonly port?: 'added'; readonly quotes?: '%27'; readonly decoded?: true }
  /** The path of the configured URL, without its query. */
  | { readonly url: 'path' }
  | SignedHeaders
  /** A digest of the body inside the content. */
  | { readonly bodyDigest: HmacDigest; readonly encoding: 'hex' | 'base64' | 'raw' }
  /** The CRC-32 of the body, in decimal. It binds 32 bits, so the body does not count as signed. */
  | { readonly bodyChecksum: 'crc32' }
  | Canonical;

/** What a template may name. */
export interface ContentValues {
  readonly timestamp?: string | undefined;
  readonly id?: string | undefined;
  readonly body: Uint8Array;
  /** The other values by their name, one byte a character. */
  readonly values?: Readonly<Record<string, Part>> | undefined;
  /** The secret itself, where it is part of the content. */
  readonly secret?: Uint8Array | undefined;
}

/** What of a delivery is signed. */
export interface Signs {
  readonly body: boolean;
  readonly timestamp: boolean;
  readonly id: boolean;
  /** Fields of the body that are signed where the body as a whole is not. */
  readonly fields: readonly string[];
}

/** A template of signed bytes, compiled. */
export interface SignedContent {
  readonly has: Signs & { readonly secret: boolean };
  /** True where the time has nothing but its width to say where it ends. */
  readonly exactTime: boolean;
  /** Names of values that stand beside another value, and may therefore be words only. */
  readonly words: ReadonlySet<string>;
  /** Names of the values it uses. */
  readonly names: ReadonlySet<string>;
  /** True for characters that may not stand in a signed id, because the text beside it in the template, where its border is found, has them there. */
  separates(character: string): boolean;
  /** True for a value in which the text that follows it in the template is found too early. */
  confuses(name: string, text: string): boolean;
  /** The signed bytes, as parts: the body is never joined, decoded or searched. */
  parts(values: ContentValues): readonly Part[];
  /** The signed values alone, for the identity of a delivery. */
  material(values: ContentValues): readonly Part[];
}

type Piece = { readonly literal: string } | { readonly name: string };

/** Names that are always there. `url` is the configured URL, exactly. */
const BUILT_IN = ['body', 'timestamp', 'id', 'method', 'url', 'secret'];

/**
 * Compiles a template such as `{id}.{timestamp}.{body}` into pieces, once.
 *
 * The template is cut before any value is known, so a body that holds `{timestamp}`, `$&` or NUL is only bytes.
 * Two values side by side could be cut at another place without changing a signed byte: beside another value a time has one width, and an
 * id or a header holds words only.
 *
 * @throws ConfigurationError `invalid-provider` for an unknown name, a repeated one, or text that is not ASCII
 */
export function compileSignedContent(template: string, values: Readonly<Record<string, Value>> = {}): SignedContent {
  const pieces = cut(template, values);
  const names = pieces.flatMap((piece) => ('name' in piece ? [piece.name] : []));
  if (names.every((name) => name === 'secret' || name === 'url'))
    throw invalid('name what is signed: {body}, {timestamp}, {id} or a value.');
  if (new Set(names).size !== names.length) throw invalid('name each value once.');
  const words = new Set<string>();
  let exactTime = false;
  pieces.forEach((piece, index) => {
    const next = pieces[index + 1];
    if (next === undefined) return;
    if (isVariable(piece, values) && isVariable(next, values)) {
      exactTime ||= isTime(piece) || isTime(next);
      for (const one of [piece, next]) if ('name' in one && isWord(one.name, values)) words.add(one.name);
      if (!isTime(piece) && !isTime(next) && !isFixed(piece, values) && !isFixed(next, values)) {
        const kinds = [piece, next].filter((one) => 'name' in one && isWord(one.name, values));
        if (kinds.length !== 1) throw invalid('put text between two values, or their border is not signed.');
      }
    }
    if (isTime(piece) ? startsWithDigit(next) : isTime(next) && endsWithDigit(piece))
      throw invalid('put no digit beside {timestamp}, or its border is not signed.');
  });
  const { before, after } = neighbours(pieces, 'id');
  const separators = new Set<string>();
  if (after !== undefined) separators.add(after.charAt(0));
  // After the body the border is found from the right: the body may hold anything, so the id may not hold what stands before it.
  if (names.includes('body') && names.indexOf('body') < names.indexOf('id') && before !== undefined)
    separators.add(before.slice(-1));
  const used = names.map((name) => values[name]).filter((value) => value !== undefined);
  const body =
    names.includes('body') || used.some((value) => 'bodyDigest' in value || ('canonical' in value && holdsBody(value)));
  const material = names.filter((name) => name !== 'secret' && name !== 'url' && !('text' in (values[name] ?? {})));
  return Object.freeze<SignedContent>({
    has: Object.freeze({
      body,
      timestamp: names.includes('timestamp'),
      id: names.includes('id'),
      secret: names.includes('secret'),
      fields: Object.freeze(body ? [] : used.flatMap(fieldsOf)),
    }),
    exactTime,
    words,
    names: new Set(names),
    separates: (character: string) => separators.has(character),
    confuses(name, text) {
      const { after: next } = neighbours(pieces, name);
      return next !== undefined && (text + next).indexOf(next) < text.length;
    },
    parts: (given) => join(pieces, given),
    material: (given) => [
      given.timestamp ?? '',
      given.id ?? '',
      names.includes('body') ? given.body : '',
      ...material
        .filter((name) => !['timestamp', 'id', 'body'].includes(name))
        .map((name) => given.values?.[name] ?? ''),
    ],
  });
}

/** Computes the digests of the body that the content names. */
export async function digestBody(
  values: Readonly<Record<string, Value>>,
  body: Uint8Array,
): Promise<Readonly<Record<string, Part>>> {
  const digests: Record<string, Part> = {};
  for (const [name, value] of Object.entries(values)) {
    if ('bodyChecksum' in value) digests[name] = String(crc32(body));
    if (!('bodyDigest' in value)) continue;
    const digest = await hash(value.bodyDigest, [body]);
    digests[name] = value.encoding === 'raw' ? digest : encode(digest, value.encoding);
  }
  return digests;
}

function join(pieces: readonly Piece[], given: ContentValues): readonly Part[] {
  const parts: Part[] = [];
  let text = '';
  for (const piece of pieces) {
    const part = 'literal' in piece ? piece.literal : partOf(piece.name, given);
    if (typeof part === 'string') text += part;
    else {
      if (text !== '') parts.push(text);
      text = '';
      parts.push(part);
    }
  }
  if (text !== '') parts.push(text);
  return parts;
}

function partOf(name: string, given: ContentValues): Part {
  if (name === 'body') return given.body;
  if (name === 'timestamp') return given.timestamp ?? '';
  if (name === 'id') return given.id ?? '';
  if (name === 'secret') return given.secret ?? '';
  return given.values?.[name] ?? '';
}

/** True for what a sender writes. */
function isVariable(piece: Piece, values: Readonly<Record<string, Value>>): boolean {
  if ('literal' in piece || ['secret', 'url', 'method'].includes(piece.name)) return false;
  const value = values[piece.name];
  return value === undefined || !('text' in value);
}

function isTime(piece: Piece): boolean {
  return 'name' in piece && piece.name === 'timestamp';
}

/** True for values of one width, and for canonical forms, which a vendor joins as it joins them. */
function isFixed(piece: Piece, values: Readonly<Record<string, Value>>): boolean {
  const value = 'name' in piece ? values[piece.name] : undefined;
  return value !== undefined && ('bodyDigest' in value || 'canonical' in value || 'url' in value || 'around' in value);
}

function isWord(name: string, values: Readonly<Record<string, Value>>): boolean {
  const value = values[name];
  return name === 'id' || (value !== undefined && ('header' in value || 'query' in value || 'word' in value));
}

function fieldsOf(value: Value): readonly string[] {
  if ('canonical' in value) {
    if (value.canonical === 'fields') return value.fields;
    if (value.canonical === 'members') return [value.at];
    return 'member' in value && value.member !== undefined ? [value.member] : [];
  }
  if ('json' in value) return [value.json];
  // Of a field that holds JSON only a member is signed: the field is not.
  return 'form' in value && value.member === undefined ? [value.form] : [];
}

function neighbours(pieces: readonly Piece[], name: string): { before: string | undefined; after: string | undefined } {
  const at = pieces.findIndex((piece) => 'name' in piece && piece.name === name);
  const literal = (piece: Piece | undefined) => (piece && 'literal' in piece ? piece.literal : undefined);
  return at < 0
    ? { before: undefined, after: undefined }
    : { before: literal(pieces[at - 1]), after: literal(pieces[at + 1]) };
}

function startsWithDigit(piece: Piece): boolean {
  return 'literal' in piece && /^\d/.test(piece.literal);
}

function endsWithDigit(piece: Piece): boolean {
  return 'literal' in piece && /\d$/.test(piece.literal);
}

function cut(template: string, values: Readonly<Record<string, Value>>): readonly Piece[] {
  if (typeof template !== 'string' || !/^[\x20-\x7e\n\u00ef\u00bb\u00bf]+$/.test(template))
    throw invalid('give visible ASCII text with {body}, {timestamp} or {id} in it.');
  return template
    .split(/(\{[^{}"]*\})/)
    .filter((text) => text !== '')
    .map((text): Piece => {
      if (!/^\{[^{}"]*\}$/.test(text)) return { literal: text };
      const name = text.slice(1, -1);
      if (!BUILT_IN.includes(name) && !Object.hasOwn(values, name))
        throw invalid(
          `there is no {${name}}: known are ${[...BUILT_IN, ...Object.keys(values)].map((one) => `{${one}}`).join(', ')}.`,
        );
      return { name };
    });
}

/** CRC-32 (ISO 3309), bit by bit: a table would be state, and bodies are short. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function invalid(message: string): ConfigurationError {
  return new ConfigurationError('invalid-provider', 'content', message);
}
