/** Header lines as they came: name and value, in order, repeats kept. Values are latin1 text, one character a byte. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

/** Looks headers up by lower-case name, and sees repeats, which most frameworks hide by joining them. */
export interface HeaderReader {
  /** The one value of a header, without the white space around it; `''` when it is absent or blank. Of a repeated header, the first. */
  value(name: string): string;
  /** How many lines carry the name. */
  count(name: string): number;
}

/** Reads header lines as they came. Names are compared exactly but for ASCII case: `x_signature` is not `x-signature`. */
export function readHeaders(lines: HeaderLines): HeaderReader {
  const values = (name: string) =>
    lines.filter(([lineName]) => lineName.length === name.length && lowerAscii(lineName) === name);
  return {
    value: (name) => trim(values(name)[0]?.[1] ?? ''),
    count: (name) => values(name).length,
  };
}

/** Lower-cases A to Z only: `toLowerCase` makes a `k` of the Kelvin sign, too. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Takes off spaces and tabs only (RFC 9110 §5.5): `String.trim` also eats U+00A0 and others, which are data here. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
