import { ConfigurationError } from './errors.ts';
import { refuseUnknownOptions } from './options.ts';

/** How far a signed time may lie from the receiver's clock, in seconds; both ends belong to the window. */
export interface Tolerance {
  /** Seconds a delivery may be old. */
  readonly past: number;
  /** Seconds a delivery may be ahead of this clock. */
  readonly future: number;
}

/** Seven days. More than any sender's retry schedule needs; without a ceiling `1e15` would be a silent way to switch freshness off. */
const MOST_SECONDS = 604_800;

/**
 * Reads the strict timestamp grammar: `0`, or up to 15 decimal digits without a leading zero. Nothing else.
 *
 * `parseInt` and `Number` read `1767225600abc`, `1.7e9`, `0x69…`, ` 17…` as times: each is another spelling of one captured delivery,
 * and `NaN` passes every `now - t > tolerance` there is.
 */
export function parseTimestamp(text: string): number | undefined {
  if (text.length < 1 || text.length > 15) return undefined;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  if (text.charCodeAt(0) === 0x30 && text.length > 1) return undefined;
  return value;
}

/**
 * Compares a signed time with the clock: `fresh`, `stale` (too old) or `future` (too far ahead). Both bounds are inclusive.
 *
 * Both sides are checked: a time far ahead is a delivery that stays replayable until then.
 *
 * @param check.timestamp the signed time, unix seconds
 * @param check.now the receiver's clock, unix seconds
 * @param check.toleranceSeconds one number for both sides, or `{ past, future }`; positive whole seconds, at most seven days
 * @throws ConfigurationError `invalid-tolerance`, or `invalid-option` for a time that is not a number
 */
export function checkFreshness(check: {
  readonly timestamp: number;
  readonly now: number;
  readonly toleranceSeconds: number | Tolerance;
}): 'fresh' | 'stale' | 'future' {
  if (!Number.isFinite(check.timestamp))
    throw new ConfigurationError('invalid-option', 'timestamp', 'give unix seconds as a number.');
  if (!Number.isFinite(check.now))
    throw new ConfigurationError('invalid-option', 'now', 'give unix seconds as a number.');
  return compareTimes(check.timestamp, check.now, compileTolerance(check.toleranceSeconds, 'toleranceSeconds'));
}

/** The comparison itself, for a tolerance that has been compiled. */
export function compareTimes(timestamp: number, now: number, tolerance: Tolerance): 'fresh' | 'stale' | 'future' {
  const age = now - timestamp;
  if (age > tolerance.past) return 'stale';
  if (-age > tolerance.future) return 'future';
  return 'fresh';
}

/** Refuses 0, NaN, negatives, fractions, Infinity and text: none of them may come to mean "off". */
export function compileTolerance(value: unknown, option: string): Tolerance {
  if (typeof value === 'object' && value !== null && 'past' in value && 'future' in value) {
    refuseUnknownOptions(value, ['past', 'future'], option);
    return { past: seconds(value.past, `${option}.past`), future: seconds(value.future, `${option}.future`) };
  }
  const both = seconds(value, option);
  return { past: both, future: both };
}

function seconds(value: unknown, option: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1 || value > MOST_SECONDS) {
    throw new ConfigurationError(
      'invalid-tolerance',
      option,
      `give whole seconds from 1 to ${MOST_SECONDS} (seven days), or { past, future } of them. Freshness cannot be switched off; a wide window is the honest way to relax it.`,
    );
  }
  return value;
}
