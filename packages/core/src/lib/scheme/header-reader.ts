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
  return {
    value(name) {
      const line = lines.find((one) => isNamed(one, name));
      return line === undefined ? '' : trimBlanks(line[1]);
    },
    count: (name) => lines.reduce((count, line) => (isNamed(line, name) ? count + 1 : count), 0),
  };
}

/** Names are ASCII: `toLowerCase` alone makes a `k` of the Kelvin sign, too. */
function isNamed([lineName]: HeaderLines[number], name: string): boolean {
  return lineName.length === name.length && lineName.toLowerCase() === name && /^[!-~]+$/.test(lineName);
}

/** Takes off spaces and tabs only (RFC 9110 §5.5): `String.trim` also eats U+00A0 and others, which are data here. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** The whole head of a request, for schemes that sign more of it than headers. */
export interface HeadReader extends HeaderReader {
  readonly method: string;
  /** The request target as it was sent, path and query. */
  readonly url: string;
}

/** Reads the head of a request. */
export function readHead(head: {
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderLines;
}): HeadReader {
  const { method, url } = head;
  return { ...readHeaders(head.headers), method, url };
}
