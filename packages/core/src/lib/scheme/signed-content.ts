import type { Part } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';

/** What a template may name. */
export interface ContentValues {
  readonly timestamp?: string | undefined;
  readonly id?: string | undefined;
  readonly body: Uint8Array;
}

/** A template of signed bytes, compiled. */
export interface SignedContent {
  readonly has: { readonly body: boolean; readonly timestamp: boolean; readonly id: boolean };
  /** True for characters that may not stand in a signed id, because the text beside it in the template, where its border is found, has them there. */
  separates(character: string): boolean;
  /** The signed bytes, as parts: the body is never joined, decoded or searched. */
  parts(values: ContentValues): readonly Part[];
}

type Name = 'timestamp' | 'id' | 'body';
type Piece = { readonly literal: string } | { readonly name: Name };

/**
 * Compiles a template such as `{id}.{timestamp}.{body}` into pieces, once.
 *
 * The template is cut before any value is known, so a body that holds `{timestamp}`, `$&` or NUL is only bytes.
 *
 * @throws ConfigurationError `invalid-provider` for an unknown name, a repeated body, or text that is not ASCII
 */
export function compileSignedContent(template: string): SignedContent {
  const pieces = cut(template);
  const names = pieces.flatMap((piece) => ('name' in piece ? [piece.name] : []));
  const bodies = names.filter((name) => name === 'body').length;
  if (bodies > 1) throw invalid('name {body} once.');
  if (names.length === 0) throw invalid('name what is signed: {body}, {timestamp}, {id}.');
  if (new Set(names).size !== names.length) throw invalid('name each value once.');
  pieces.forEach((piece, index) => {
    // Two values side by side can be cut at another place without changing a signed byte.
    const next = pieces[index + 1];
    if (next && 'name' in piece && 'name' in next)
      throw invalid('put text between two values, or their border is not signed.');
    if (next && (isTime(piece) ? startsWithDigit(next) : isTime(next) && endsWithDigit(piece)))
      throw invalid('put no digit beside {timestamp}, or its border is not signed.');
  });
  const idAt = pieces.findIndex((piece) => 'name' in piece && piece.name === 'id');
  const before = pieces[idAt - 1];
  const after = pieces[idAt + 1];
  const separators = new Set<string>();
  if (idAt >= 0 && after && 'literal' in after) separators.add(after.literal.charAt(0));
  // After the body the border is found from the right: the body may hold anything, so the id may not hold what stands before it.
  const bodyFirst = names.includes('body') && names.indexOf('body') < names.indexOf('id');
  if (bodyFirst && before && 'literal' in before) separators.add(before.literal.slice(-1));
  return Object.freeze({
    has: Object.freeze({ body: bodies === 1, timestamp: names.includes('timestamp'), id: names.includes('id') }),
    separates: (character: string) => separators.has(character),
    parts(values: ContentValues) {
      const parts: Part[] = [];
      let text = '';
      for (const piece of pieces) {
        if ('literal' in piece) text += piece.literal;
        else if (piece.name === 'timestamp') text += values.timestamp ?? '';
        else if (piece.name === 'id') text += values.id ?? '';
        else {
          if (text !== '') parts.push(text);
          text = '';
          parts.push(values.body);
        }
      }
      if (text !== '') parts.push(text);
      return parts;
    },
  });
}

function isTime(piece: Piece): boolean {
  return 'name' in piece && piece.name === 'timestamp';
}

function startsWithDigit(piece: Piece): boolean {
  return 'literal' in piece && /^\d/.test(piece.literal);
}

function endsWithDigit(piece: Piece): boolean {
  return 'literal' in piece && /\d$/.test(piece.literal);
}

function cut(template: string): readonly Piece[] {
  if (typeof template !== 'string' || !/^[\x20-\x7e]+$/.test(template))
    throw invalid('give visible ASCII text with {body}, {timestamp} or {id} in it.');
  return template
    .split(/(\{[^{}]*\})/)
    .filter((text) => text !== '')
    .map((text): Piece => {
      if (!text.startsWith('{')) return { literal: text };
      const name = text.slice(1, -1);
      if (name !== 'body' && name !== 'timestamp' && name !== 'id')
        throw invalid(`there is no {${name}}: known are {body}, {timestamp} and {id}.`);
      return { name };
    });
}

function invalid(message: string): ConfigurationError {
  return new ConfigurationError('invalid-provider', 'content', message);
}
