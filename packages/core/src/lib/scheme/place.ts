import { ConfigurationError } from '../errors.ts';
import type { HeadReader } from './header-reader.ts';
import { type FormField, latin1Bytes, readStrictForm, utf8Text } from './strict-form.ts';
import { readStrictJson, type StrictJson } from './strict-json.ts';

/**
 * Where a value stands: a header, a parameter of the query, a field of the form body, or a path of keys (`data.id`) in the JSON body.
 * `member`: the form field holds JSON, and the value stands at this path of it.
 */
export type Place =
  | { readonly header: string }
  | { readonly query: string }
  | { readonly form: string; readonly member?: string }
  | { readonly json: string };

/** A body, read strictly and at most once, and only by schemes that look into it. */
export interface BodyReader {
  readonly bytes: Uint8Array;
  /** `undefined` for what is not strict JSON. */
  json(): StrictJson | undefined;
  /** `undefined` for what is no form. */
  form(): readonly FormField[] | undefined;
}

/** What was found at a place: text of one byte a character. */
export type Found = { readonly text: string } | 'absent' | 'malformed';

/** Reads a body when somebody asks. */
export function readBody(bytes: Uint8Array): BodyReader {
  let json: { readonly value: StrictJson | undefined } | undefined;
  let form: { readonly value: readonly FormField[] | undefined } | undefined;
  return {
    bytes,
    json() {
      json ??= { value: readStrictJson(bytes) };
      return json.value;
    },
    form() {
      form ??= { value: readStrictForm(bytes) };
      return form.value;
    },
  };
}

/** True for a place that can be read before the body is. */
export function isInHead(place: Place): place is { readonly header: string } | { readonly query: string } {
  return 'header' in place || 'query' in place;
}

/** Reads a place of the head. A parameter that stands there twice has two values, which is none. */
export function readHeadPlace(
  place: { readonly header: string } | { readonly query: string },
  head: HeadReader,
): Found {
  if ('header' in place) {
    const text = head.value(place.header);
    return text === '' ? 'absent' : { text };
  }
  const fields = readStrictForm(latin1Bytes(queryOf(head.url)));
  return fields === undefined ? 'malformed' : onlyField(fields, place.query);
}

/** Reads a place of the body, or of one item of it. */
export function readBodyPlace(place: Extract<Place, { form: string } | { json: string }>, body: BodyReader): Found {
  if ('form' in place) {
    const fields = body.form();
    const found = fields === undefined ? 'malformed' : onlyField(fields, place.form);
    if (place.member === undefined || typeof found === 'string') return found;
    const held = readStrictJson(latin1Bytes(found.text));
    return held === undefined ? 'malformed' : scalarText(valueAt(held, place.member));
  }
  const root = body.json();
  return root === undefined ? 'malformed' : scalarText(valueAt(root, place.json));
}

/** The value at a path of keys; an index of a list is a key, too. */
export function valueAt(root: StrictJson, path: string): StrictJson | undefined {
  let value: StrictJson | undefined = root;
  for (const key of path.split('.')) {
    if (value instanceof Map) value = value.get(key);
    else if (Array.isArray(value) && /^(?:0|[1-9]\d{0,3})$/.test(key)) value = value[Number(key)];
    else return undefined;
  }
  return value;
}

/** A scalar as text: a number as it was written, `true` and `false` as words, `null` as nothing. */
export function scalarText(value: StrictJson | undefined): Found {
  if (value === undefined || value === null) return 'absent';
  if (typeof value === 'string') return { text: utf8Text(value) };
  if (typeof value === 'boolean') return { text: String(value) };
  return typeof value === 'object' && 'number' in value ? { text: value.number } : 'malformed';
}

/** The raw query of a request target, without its `?`. */
export function queryOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : (url.slice(at + 1).split('#', 1)[0] ?? '');
}

/** Checks a place and brings header names to lower case. */
export function compilePlace<P extends Place>(place: P, option: string): P {
  if (typeof place !== 'object' || place === null) throw invalid(option);
  const [[kind, name] = []] = Object.entries(place).filter(([key]) =>
    ['header', 'query', 'form', 'json'].includes(key),
  );
  if (typeof name !== 'string') throw invalid(option);
  if (kind === 'header') {
    if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name))
      throw new ConfigurationError('invalid-provider', `${option}.header`, 'give the name of a header.');
    return { ...place, header: name.toLowerCase() };
  }
  if (!/^[\w.:[\]-]+$/.test(name)) throw invalid(option);
  if ('member' in place && (kind !== 'form' || !/^[\w-]+(?:\.[\w-]+)*$/.test(String(place.member))))
    throw new ConfigurationError('invalid-provider', `${option}.member`, 'give a path of keys, for a form field only.');
  return place;
}

function onlyField(fields: readonly FormField[], name: string): Found {
  const found = fields.filter(([one]) => one === name);
  if (found.length > 1) return 'malformed';
  const [field] = found;
  return field === undefined ? 'absent' : { text: field[1] };
}

function invalid(option: string): ConfigurationError {
  return new ConfigurationError(
    'invalid-provider',
    option,
    'give one of { header }, { query }, { form } and { json }, with the name of what stands there.',
  );
}
