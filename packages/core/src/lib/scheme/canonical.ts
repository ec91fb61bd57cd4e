import { ConfigurationError } from '../errors.ts';
import { minorDigits } from './currency.ts';
import { type BodyReader, queryOf, scalarText, valueAt } from './place.ts';
import { type FormField, latin1Bytes, readStrictForm, utf8Text } from './strict-form.ts';
import type { StrictJson } from './strict-json.ts';

/** A named way of writing parts of the body anew, where a vendor signs that and not the bytes. */
export type Canonical =
  /** The fields of the form body (or of the raw query), joined. */
  | {
      readonly canonical: 'form';
      readonly source?: 'body' | 'query';
      readonly order: 'sorted' | 'as-sent';
      /** Between name and value. */
      readonly pair: string;
      /** Between fields. */
      readonly join: string;
      readonly except?: readonly string[];
      readonly skipEmpty?: true;
      /** Fields that are signed as if they were there, where they are not. */
      readonly assume?: Readonly<Record<string, string>>;
      /** Of fields with one name and one value, one counts. Without it, a name that stands there twice is refused. */
      readonly repeated?: 'unique';
      /** Writes names and values as PHP's `urlencode` does. */
      readonly encode?: 'php';
    }
  /** Chosen fields of the JSON or form body, in this order. What is absent is empty. */
  | {
      readonly canonical: 'fields';
      readonly of: 'json' | 'form';
      readonly fields: readonly string[];
      readonly join: string;
      /** Writes the field's name before its value, and this between the two. */
      readonly pair?: string;
      readonly skipAbsent?: true;
      /** After the last one. */
      readonly end?: string;
      /** Numbers of exactly so many decimals, or of as many as the currency has whose code stands at a path. */
      readonly decimals?: Readonly<Record<string, number | { readonly currency: string }>>;
      readonly lowercase?: true;
    }
  /** The members of the JSON object at a path, sorted by name whatever its case, `null` as nothing. A member that is no text and no number is refused. */
  | {
      readonly canonical: 'members';
      readonly at: string;
      readonly pair: string;
      readonly join: string;
      readonly except?: readonly string[];
    }
  /** The JSON body, or the member at a path of it, compact. The keys of every object are sorted, unless they stand as they were sent. */
  | {
      readonly canonical: 'json';
      readonly member?: string;
      readonly order?: 'as-sent';
      readonly except?: readonly string[];
    }
  /** The body as a JSON string: `"{\"a\":1}"`. */
  | { readonly canonical: 'json-string' }
  /** The form body as PHP's `serialize` of an array sorted by key. */
  | { readonly canonical: 'php-serialized'; readonly except?: readonly string[] };

/** Writes the canonical form, one byte a character; `undefined` where the body has none, or more than one. */
export function writeCanonical(form: Canonical, body: BodyReader, url: string): string | undefined {
  switch (form.canonical) {
    case 'form':
      return writeForm(form, form.source === 'query' ? readStrictForm(latin1Bytes(queryOf(url))) : body.form());
    case 'fields':
      return writeFields(form, body);
    case 'members':
      return writeMembers(form, body);
    case 'json': {
      const root = body.json();
      const value = root === undefined || form.member === undefined ? root : valueAt(root, form.member);
      return value === undefined ? undefined : compactJson(value, form, form.except);
    }
    case 'json-string':
      return jsonString(body.bytes);
    case 'php-serialized':
      return phpSerialized(body.form(), form.except ?? []);
  }
}

/** True for a form that holds all of the body: what it leaves out is the signature itself. */
export function holdsBody(form: Canonical): boolean {
  if (form.canonical === 'fields' || form.canonical === 'members' || 'member' in form) return false;
  return !('source' in form && form.source === 'query');
}

/** Refuses a form nobody knows. */
export function checkCanonical(form: Canonical, option: string): void {
  const known = ['form', 'fields', 'members', 'json', 'json-string', 'php-serialized'];
  if (!known.includes(form.canonical))
    throw new ConfigurationError('invalid-provider', `${option}.canonical`, `give one of ${known.join(', ')}.`);
}

function writeForm(
  form: Extract<Canonical, { canonical: 'form' }>,
  all: readonly FormField[] | undefined,
): string | undefined {
  if (all === undefined) return undefined;
  const { except = [], assume = {} } = form;
  const assumed = Object.entries(assume).filter(([name]) => !all.some(([one]) => one === name));
  let fields = [...all, ...assumed].filter(
    ([name, value]) => !except.includes(name) && !(form.skipEmpty && value === ''),
  );
  if (form.repeated === 'unique') {
    const seen = new Set<string>();
    fields = fields.filter(([name, value]) => seen.size < seen.add(`${name.length}:${name}${value}`).size);
  } else if (hasRepeats(all)) return undefined;
  if (form.order === 'sorted') fields = fields.sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]));
  const write = form.encode === 'php' ? phpUrlEncode : (text: string) => text;
  return fields.map(([name, value]) => write(name) + form.pair + write(value)).join(form.join);
}

function writeFields(form: Extract<Canonical, { canonical: 'fields' }>, body: BodyReader): string | undefined {
  const root = form.of === 'json' ? body.json() : undefined;
  const fields = form.of === 'form' ? body.form() : undefined;
  if (root === undefined && (fields === undefined || hasRepeats(fields))) return undefined;
  const written: string[] = [];
  for (const name of form.fields) {
    const found = root === undefined ? fields?.find(([one]) => one === name)?.[1] : scalarText(valueAt(root, name));
    if (found === 'malformed') return undefined;
    const present = found !== undefined && found !== 'absent';
    if (!present && form.skipAbsent) continue;
    const wanted = form.decimals?.[name];
    const decimals = typeof wanted === 'object' ? currencyDecimals(root, wanted.currency) : wanted;
    if (wanted !== undefined && decimals === undefined) return undefined;
    const raw = !present ? '' : typeof found === 'string' ? found : found.text;
    const text = decimals !== undefined && present ? fixedDecimals(raw, decimals) : raw;
    if (text === undefined || (decimals === undefined && root !== undefined && !roundTrips(valueAt(root, name))))
      return undefined;
    written.push(form.pair === undefined ? text : name + form.pair + text);
  }
  const text = written.join(form.join) + (form.end ?? '');
  return form.lowercase ? lowerCase(text) : text;
}

function writeMembers(form: Extract<Canonical, { canonical: 'members' }>, body: BodyReader): string | undefined {
  const root = body.json();
  const object = root === undefined ? undefined : valueAt(root, form.at);
  if (!(object instanceof Map)) return undefined;
  const written: string[] = [];
  for (const name of [...object.keys()].sort((a, b) => compare(a.toLowerCase(), b.toLowerCase()))) {
    if (form.except?.includes(name)) continue;
    const value: StrictJson | undefined = object.get(name);
    const found = typeof value === 'boolean' || !roundTrips(value) ? 'malformed' : scalarText(value);
    if (found === 'malformed') return undefined;
    written.push(utf8Text(name) + form.pair + (found === 'absent' ? '' : found.text));
  }
  return written.join(form.join);
}

/** The decimals of the currency whose code stands there; `undefined` for what is no code. */
function currencyDecimals(root: StrictJson | undefined, path: string): number | undefined {
  const code = root === undefined ? undefined : valueAt(root, path);
  return typeof code === 'string' ? minorDigits(code) : undefined;
}

function compactJson(
  value: StrictJson,
  form: Extract<Canonical, { canonical: 'json' }>,
  except: readonly string[] = [],
): string | undefined {
  if (value instanceof Map) {
    const members: string[] = [];
    const keys = [...value.keys()].filter((key) => !except.includes(key));
    if (form.order !== 'as-sent') keys.sort(compare);
    for (const key of keys.sort(compareIndices)) {
      const text = compactJson(value.get(key) ?? null, form);
      if (text === undefined) return undefined;
      members.push(`${utf8Text(JSON.stringify(key))}:${text}`);
    }
    return `{${members.join(',')}}`;
  }
  if (Array.isArray(value)) {
    const items = value.map((item: StrictJson) => compactJson(item, form));
    return items.includes(undefined) ? undefined : `[${items.join(',')}]`;
  }
  if (typeof value === 'object' && value !== null && 'number' in value)
    return roundTrips(value) ? value.number : undefined;
  return utf8Text(JSON.stringify(value));
}

/** A number whose text is not what JavaScript writes has a second spelling: which of them was signed cannot be known. */
function roundTrips(value: StrictJson | undefined): boolean {
  if (typeof value !== 'object' || value === null || !('number' in value)) return true;
  return String(Number(value.number)) === value.number;
}

function jsonString(bytes: Uint8Array): string | undefined {
  try {
    return utf8Text(JSON.stringify(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)));
  } catch {
    return undefined;
  }
}

function phpSerialized(all: readonly FormField[] | undefined, except: readonly string[]): string | undefined {
  if (all === undefined || hasRepeats(all)) return undefined;
  const fields = all.filter(([name]) => !except.includes(name)).sort((a, b) => compare(a[0], b[0]));
  const text = (value: string) => `s:${value.length}:"${value}";`;
  return `a:${fields.length}:{${fields.map(([name, value]) => text(name) + text(value)).join('')}}`;
}

/** Space is `+`, and all but letters, digits and `-_.` is written in upper-case hex. */
export function phpUrlEncode(text: string): string {
  return text.replace(/[^A-Za-z0-9_.-]/g, (character) =>
    character === ' ' ? '+' : `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** Of characters, not of the bytes they are written with. */
function lowerCase(text: string): string | undefined {
  try {
    return utf8Text(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(latin1Bytes(text)).toLowerCase());
  } catch {
    return undefined;
  }
}

/** `840.0` as `840.00`. Digits that would be lost are refused: no amount is rounded here. */
function fixedDecimals(text: string, decimals: number): string | undefined {
  const [, whole, part = ''] = /^(-?(?:0|[1-9]\d*))(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined || /[1-9]/.test(part.slice(decimals))) return undefined;
  return decimals === 0 ? whole : `${whole}.${part.slice(0, decimals).padEnd(decimals, '0')}`;
}

function hasRepeats(fields: readonly FormField[]): boolean {
  return new Set(fields.map(([name]) => name)).size < fields.length;
}

/** Keys that are indices stand first and by their number, whatever the order of the rest: that is how JavaScript keeps them. */
function compareIndices(a: string, b: string): number {
  const [first, second] = [a, b].map((key) => (/^(?:0|[1-9]\d{0,8})$/.test(key) ? Number(key) : Number.MAX_VALUE));
  return (first ?? 0) - (second ?? 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
