import type { HeadReader } from './header-reader.ts';

/** Headers that the sender chose to sign and lists by name: their values, joined, with or without their names. */
export interface SignedHeaders {
  /** Where the list stands: in a header, or in a further field of the signature header. */
  readonly signedHeaders: { readonly header: string } | { readonly signatureField: string };
  /** Between the names of the list. */
  readonly separator: ',' | ' ';
  /** `sorted`: by name. Default: as the list has them. */
  readonly order?: 'sorted';
  /** Writes each name, in lower case, before its value, and this between the two. Default: values alone. */
  readonly pair?: string;
  readonly join: string;
  /** Headers that must be among them. The sender writes the list: one that leaves these out proves nothing of them. */
  readonly includes?: readonly string[];
}

/** A list of more headers is no delivery. */
const MOST_HEADERS = 50;

/** Writes them as they were signed; `undefined` where one is missing or stands there twice, in the list or in the request. */
export function writeSignedHeaders(head: HeadReader, list: string, signed: SignedHeaders): string | undefined {
  const { separator, order, pair, join, includes = [] } = signed;
  const names = list === '' ? [] : list.toLowerCase().split(separator, MOST_HEADERS + 1);
  if (names.length > MOST_HEADERS || new Set(names).size < names.length) return undefined;
  if (!includes.every((name) => names.includes(name.toLowerCase()))) return undefined;
  if (!names.every((name) => head.count(name) === 1)) return undefined;
  if (order === 'sorted') names.sort();
  const values = names.map((name) => head.value(name));
  // Where no name says where a value starts, the last of them may not take over the start of a body.
  if (pair === undefined && values.some((value) => /[{[]/.test(value))) return undefined;
  return names.map((name, at) => (pair === undefined ? '' : name + pair) + (values[at] ?? '')).join(join);
}
