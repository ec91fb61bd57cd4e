/** A number as it was written. Its value is a reader's opinion; what was signed is its text. */
export interface JsonNumber {
  readonly number: string;
}

/** JSON, read strictly: members in their order, numbers as their text. */
export type StrictJson = string | boolean | null | JsonNumber | readonly StrictJson[] | ReadonlyMap<string, StrictJson>;

/** Deeper bodies are refused: the reading is recursive, and a stranger chooses the depth. */
const MOST_DEPTH = 64;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.source;

/**
 * Reads JSON for what is computed over it: one meaning or none.
 *
 * Where two parsers may disagree (a key written twice, `__proto__`), the one that verifies and the one that acts would see two bodies
 * under one signature. Such a body is `undefined` here, and so is one that is not JSON in UTF-8.
 */
export function readStrictJson(bytes: Uint8Array): StrictJson | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
  const cursor = { text, at: 0 };
  const value = readValue(cursor, 0);
  skipBlanks(cursor);
  return cursor.at === text.length ? value : undefined;
}

interface Cursor {
  readonly text: string;
  at: number;
}

function readValue(cursor: Cursor, depth: number): StrictJson | undefined {
  skipBlanks(cursor);
  if (depth > MOST_DEPTH) return undefined;
  switch (cursor.text.charAt(cursor.at)) {
    case '{':
      return readObject(cursor, depth);
    case '[':
      return readList(cursor, depth);
    case '"':
      return readText(cursor);
    case 't':
      return take(cursor, 'true') ? true : undefined;
    case 'f':
      return take(cursor, 'false') ? false : undefined;
    case 'n':
      return take(cursor, 'null') ? null : undefined;
    default: {
      const number = match(cursor, NUMBER);
      return number === undefined ? undefined : { number };
    }
  }
}

function readObject(cursor: Cursor, depth: number): StrictJson | undefined {
  const members = new Map<string, StrictJson>();
  take(cursor, '{');
  skipBlanks(cursor);
  if (take(cursor, '}')) return members;
  for (;;) {
    skipBlanks(cursor);
    const key = readText(cursor);
    if (key === undefined || key === '__proto__' || members.has(key)) return undefined;
    skipBlanks(cursor);
    if (!take(cursor, ':')) return undefined;
    const value = readValue(cursor, depth + 1);
    if (value === undefined) return undefined;
    members.set(key, value);
    skipBlanks(cursor);
    if (take(cursor, '}')) return members;
    if (!take(cursor, ',')) return undefined;
  }
}

function readList(cursor: Cursor, depth: number): StrictJson | undefined {
  const items: StrictJson[] = [];
  take(cursor, '[');
  skipBlanks(cursor);
  if (take(cursor, ']')) return items;
  for (;;) {
    const value = readValue(cursor, depth + 1);
    if (value === undefined) return undefined;
    items.push(value);
    skipBlanks(cursor);
    if (take(cursor, ']')) return items;
    if (!take(cursor, ',')) return undefined;
  }
}

function readText(cursor: Cursor): string | undefined {
  if (cursor.text.charAt(cursor.at) !== '"') return undefined;
  let end = cursor.at + 1;
  while (end < cursor.text.length && cursor.text.charAt(end) !== '"') end += cursor.text.charAt(end) === '\\' ? 2 : 1;
  let text: string;
  try {
    text = JSON.parse(cursor.text.slice(cursor.at, end + 1));
  } catch {
    return undefined;
  }
  cursor.at = end + 1;
  // Half of a surrogate pair has no bytes of its own: an encoder writes another character in its place.
  return /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text) ? undefined : text;
}

function match(cursor: Cursor, source: string): string | undefined {
  const pattern = new RegExp(source, 'y');
  pattern.lastIndex = cursor.at;
  const [found] = pattern.exec(cursor.text) ?? [];
  if (found !== undefined) cursor.at += found.length;
  return found;
}

function take(cursor: Cursor, text: string): boolean {
  if (!cursor.text.startsWith(text, cursor.at)) return false;
  cursor.at += text.length;
  return true;
}

function skipBlanks(cursor: Cursor): void {
  while (/^[ \t\r\n]$/.test(cursor.text.charAt(cursor.at))) cursor.at++;
}
