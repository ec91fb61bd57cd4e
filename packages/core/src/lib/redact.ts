import { ConfigurationError } from './errors.ts';
import { positiveInteger, refuseUnknownOptions } from './options.ts';

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

/** What stands for the part that is not shown. Always as long, so that it does not tell how long that part is. */
const HIDDEN = '••••';

/** Fewer hidden characters than these could be guessed from the shown ones. */
const LEAST_HIDDEN = 6;

/**
 * Masks a value for a screen or a receipt: `••••4242`.
 *
 * Of a number of ten digits or more (a card, an account, a telephone; spaces, hyphens and a leading + may stand in it) the last four are shown.
 * Of anything else (a PIN, a password, an answer, a key) nothing is, unless `last` asks for it. Where six characters would not stay hidden,
 * nothing is shown whatever is asked. The mask has one length, and control characters of what is shown are escaped.
 *
 * @param options.last how many characters at the end to show, 1 to 4
 * @throws ConfigurationError for anything but text, an unknown option, and a `last` out of its range
 */
export function mask(value: string, options: { readonly last?: number } = {}): string {
  if (typeof value !== 'string')
    throw new ConfigurationError('invalid-option', 'mask', 'give text: a number has lost its leading zeros.');
  refuseUnknownOptions(options, ['last'], 'mask');
  const characters = Array.from(value);
  const isNumber = /^\+?[\d -]*$/.test(value) && value.replace(/\D/g, '').length >= 10;
  const last = positiveInteger(options.last, 'mask.last', 'characters', 4, 4);
  const shows = (isNumber || options.last !== undefined) && characters.length - last >= LEAST_HIDDEN;
  return shows ? HIDDEN + safeText(characters.slice(-last).join('')) : HIDDEN;
}
