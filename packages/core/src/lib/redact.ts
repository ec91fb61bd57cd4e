/** The longest name or value of a stranger that a record holds. */
const LONGEST = 200;

/** The longest finding: our own words, with a little of a stranger's in them. */
export const LONGEST_DETAIL = 600;

/**
 * Makes a stranger's text safe for a log line: bounded, every control character and line end escaped, so that it cannot forge a line
 * or move a terminal's cursor.
 */
export function safeText(text: string, longest = LONGEST): string {
  const bounded = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return bounded.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\p{Cs}/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
