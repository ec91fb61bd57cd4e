import { VerificationError } from './errors.ts';
import type { Field, SchemaResult, StandardSchema } from './types.ts';

/** The verified bytes, read as what they are asked for; each reading is done once. */
export interface Payload {
  text(): string;
  json(): unknown;
  form(): URLSearchParams;
  /** The text or whole number at a path of keys, or `undefined` where the body has none. Never throws. */
  at(path: string): string | undefined;
  /** The text, number or truth value at a path of keys, as JSON writes it, or `undefined`. Never throws. */
  scalar(path: string): string | undefined;
  /** The one value of a form field, or `undefined`. Never throws. */
  field(name: string): string | undefined;
}

/**
 * Reads the bytes lazily: a delivery whose handler wants bytes pays for no parse.
 *
 * @param event the JSON of the event, where the body wraps it: the claims of a token. Default: the body
 */
export function readPayload(body: Uint8Array, event = body): Payload {
  const json = once(() => parseJson(event));
  const form = once(() => new URLSearchParams(decodeUtf8(body, true)));
  return {
    text: () => decodeUtf8(body, true),
    json,
    form,
    at(path) {
      try {
        return scalarAt(json(), path);
      } catch {
        return undefined;
      }
    },
    scalar(path) {
      try {
        const value = valueAt(json(), path);
        return typeof value === 'boolean' || typeof value === 'number' ? String(value) : shortText(value);
      } catch {
        return undefined;
      }
    },
    field(name) {
      try {
        const values = form().getAll(name);
        return values.length === 1 ? values[0]?.slice(0, 512) : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** The value of a field: from the head, or from the verified body. */
export function readField(
  field: Field | undefined,
  header: (name: string) => string,
  query: (name: string) => string | undefined,
  payload: Payload,
): string | undefined {
  if (field === undefined) return undefined;
  const text =
    'header' in field
      ? header(field.header)
      : 'json' in field
        ? payload.at(field.json)
        : 'form' in field
          ? payload.field(field.form)
          : query(field.query);
  return text === '' ? undefined : text;
}

/** Runs a Standard Schema over the JSON body. Its issues name places in the body, never values. */
export async function applySchema<Output>(
  schema: StandardSchema<Output>,
  payload: Payload,
): Promise<{ readonly event: Output } | { readonly problem: string }> {
  let value: unknown;
  try {
    value = payload.json();
  } catch (error) {
    return { problem: error instanceof VerificationError ? error.message : 'the body could not be read' };
  }
  let result: SchemaResult<Output>;
  try {
    result = await schema['~standard'].validate(value);
  } catch {
    return { problem: 'the schema threw an error' };
  }
  if (result.issues === undefined) return { event: result.value };
  const places = result.issues
    .slice(0, 5)
    .map((issue) => (issue.path ?? []).map(segment).join('.') || '(the whole body)');
  return { problem: `the body does not fit the schema at ${places.join(', ')}` };
}

function segment(part: unknown): string {
  return String(typeof part === 'object' && part !== null && 'key' in part ? part.key : part);
}

function decodeUtf8(body: Uint8Array, keepBom: boolean): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: keepBom }).decode(body);
  } catch {
    throw new VerificationError('invalid-payload', 'The body is not UTF-8 text. Its bytes are in delivery.body.');
  }
}

function parseJson(body: Uint8Array): unknown {
  const text = decodeUtf8(body, false);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the body.
    throw new VerificationError('invalid-payload', 'The body is not JSON.');
  }
  // JSON.parse makes an own property of "__proto__", which is harmless until somebody merges it into another object.
  // The walk is paid for only by bodies whose text could hold such a key; a key may be written with \u escapes.
  if ((text.includes('__proto__') || text.includes('constructor') || text.includes('\\u')) && isPoisoned(value)) {
    throw new VerificationError(
      'invalid-payload',
      'The JSON body carries a "__proto__" or "constructor.prototype" key, which would change every object it is merged into.',
    );
  }
  return value;
}

function isPoisoned(root: unknown): boolean {
  const waiting: object[] = [];
  const add = (value: unknown) => {
    if (typeof value === 'object' && value !== null) waiting.push(value);
  };
  add(root);
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    // Millions of elements: no pair is made of each, and no number is kept.
    if (Array.isArray(value)) {
      for (const element of value) add(element);
      continue;
    }
    if (Object.hasOwn(value, '__proto__')) return true;
    for (const [key, child] of Object.entries(value)) {
      if (key === 'constructor' && typeof child === 'object' && child !== null && Object.hasOwn(child, 'prototype'))
        return true;
      add(child);
    }
  }
  return false;
}

function scalarAt(root: unknown, path: string): string | undefined {
  const value = valueAt(root, path);
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : shortText(value);
}

function valueAt(root: unknown, path: string): unknown {
  let value: unknown = root;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function shortText(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 512 ? value : undefined;
}

/** Makes a value at most once, when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
