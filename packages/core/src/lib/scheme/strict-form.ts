/** A field of a form, decoded: one byte a character, so that a charset other than UTF-8 keeps its bytes. */
export type FormField = readonly [name: string, value: string];

/** A form of more fields is no delivery: sorting it would be work that a stranger orders. */
const MOST_FIELDS = 1000;

/**
 * Reads `application/x-www-form-urlencoded` bytes, or a raw query, for what is computed over them.
 *
 * `+` is a space and `%XX` a byte, once; a `%` with anything else after it is refused, as is what is longer than 1,000 fields.
 */
export function readStrictForm(bytes: Uint8Array): readonly FormField[] | undefined {
  const text = binaryText(bytes);
  if (text === '') return [];
  const pairs = text.split('&', MOST_FIELDS + 1);
  if (pairs.length > MOST_FIELDS) return undefined;
  const fields: FormField[] = [];
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const name = percentDecode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : percentDecode(pair.slice(equals + 1));
    if (name === undefined || value === undefined) return undefined;
    fields.push([name, value]);
  }
  return fields;
}

/** Bytes as text of one byte a character. */
export function binaryText(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return text;
}

/** The bytes of such text: header values and request targets come as one byte a character, too. */
export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}

/** Unicode text as its UTF-8 bytes, one a character. */
export function utf8Text(text: string): string {
  return /^[\0-\x7f]*$/.test(text) ? text : binaryText(new TextEncoder().encode(text));
}

function percentDecode(text: string): string | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  return text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
