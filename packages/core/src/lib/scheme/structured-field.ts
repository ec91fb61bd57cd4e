/** A member of a structured-field dictionary (RFC 9651) whose value is an inner list of strings with parameters. */
export interface InnerList {
  /** The list and its parameters as they were written: this text is signed. */
  readonly text: string;
  readonly items: readonly ListItem[];
  readonly parameters: ReadonlyMap<string, string | number | true>;
}

/** One string of an inner list. */
export interface ListItem {
  readonly value: string;
  /** As it was written, parameters and all. */
  readonly text: string;
  readonly parameters: ReadonlyMap<string, string | number | true>;
}

interface Cursor {
  readonly text: string;
  at: number;
}

/** A dictionary of more members is not looked at. */
const MOST_MEMBERS = 16;

/** Reads a dictionary of byte sequences (`sig1=:…:`), each still in base64; `undefined` for anything else. */
export function readByteSequences(text: string): ReadonlyMap<string, string> | undefined {
  return readDictionary(text, (cursor) => match(cursor, /:([A-Za-z0-9+/]*={0,2}):/y)?.[1]);
}

/** Reads a dictionary of inner lists of strings (`sig1=("a" "b");created=1`); `undefined` for anything else. */
export function readInnerLists(text: string): ReadonlyMap<string, InnerList> | undefined {
  return readDictionary(text, readInnerList);
}

function readDictionary<T>(
  text: string,
  readMember: (cursor: Cursor) => T | undefined,
): ReadonlyMap<string, T> | undefined {
  const cursor = { text, at: 0 };
  const members = new Map<string, T>();
  for (;;) {
    const key = match(cursor, /([a-z*][a-z0-9_.*-]*)=/y)?.[1];
    const member = key === undefined ? undefined : readMember(cursor);
    // A label that stands there twice has two meanings.
    if (key === undefined || member === undefined || members.has(key) || members.size === MOST_MEMBERS)
      return undefined;
    members.set(key, member);
    if (cursor.at === text.length) return members;
    if (match(cursor, /[ \t]*,[ \t]*/y) === undefined) return undefined;
  }
}

function readInnerList(cursor: Cursor): InnerList | undefined {
  const start = cursor.at;
  const items: ListItem[] = [];
  if (match(cursor, /\(/y) === undefined) return undefined;
  while (match(cursor, /\)/y) === undefined) {
    if (items.length > 0 && match(cursor, / /y) === undefined) return undefined;
    const from = cursor.at;
    const value = readString(cursor);
    const parameters = readParameters(cursor);
    if (value === undefined || parameters === undefined || items.length === 64) return undefined;
    items.push({ value, parameters, text: cursor.text.slice(from, cursor.at) });
  }
  const parameters = readParameters(cursor);
  return parameters && { items, parameters, text: cursor.text.slice(start, cursor.at) };
}

function readParameters(cursor: Cursor): ReadonlyMap<string, string | number | true> | undefined {
  const parameters = new Map<string, string | number | true>();
  for (;;) {
    const key = match(cursor, /;([a-z*][a-z0-9_.*-]*)/y)?.[1];
    if (key === undefined) return parameters;
    if (parameters.has(key)) return undefined;
    if (match(cursor, /=/y) === undefined) parameters.set(key, true);
    else {
      const number = match(cursor, /-?\d{1,15}(?![\d.])/y)?.[0];
      const value = number === undefined ? readString(cursor) : Number(number);
      if (value === undefined) return undefined;
      parameters.set(key, value);
    }
  }
}

function readString(cursor: Cursor): string | undefined {
  return match(cursor, /"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"/y)?.[1]?.replace(/\\(.)/g, '$1');
}

function match(cursor: Cursor, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text);
  if (found === null) return undefined;
  cursor.at += found[0].length;
  return found;
}
