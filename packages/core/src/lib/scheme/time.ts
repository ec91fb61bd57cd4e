import { parseTimestamp } from '../freshness.ts';

/** How a signed time is written. `utc-date`: `Thu 07 Sep 2017 06:30:04 UTC`. `iso-utc`: RFC 3339 without its zone, which is UTC. `unix`: seconds in ten digits or milliseconds in thirteen, where a sender writes either. */
export type TimeUnit = 'seconds' | 'milliseconds' | 'unix' | 'rfc3339' | 'iso-utc' | 'http-date' | 'utc-date';

/** Every unit there is. */
export const TIME_UNITS: readonly TimeUnit[] = [
  'seconds',
  'milliseconds',
  'unix',
  'rfc3339',
  'iso-utc',
  'http-date',
  'utc-date',
];

const RFC3339 = /^(\d{4}-\d{2}-\d{2})T(\d{2}:[0-5]\d:[0-5]\d)(?:\.\d{1,9})?(?:Z|([+-])(0\d|1[0-4]):([0-5]\d))$/;

/**
 * Reads a time strictly, as unix seconds; part of a second is dropped. Other spellings of one moment are refused.
 *
 * @param exact where nothing stands between the time and another signed value: the width is then all that says where it ends
 */
export function parseTime(text: string, unit: TimeUnit, exact = false): number | undefined {
  switch (unit) {
    case 'seconds':
      return exact && text.length !== 10 ? undefined : parseTimestamp(text);
    case 'milliseconds': {
      const value = exact && text.length !== 13 ? undefined : parseTimestamp(text);
      return value === undefined ? undefined : Math.floor(value / 1000);
    }
    case 'unix':
      return parseTime(text, text.length === 13 ? 'milliseconds' : 'seconds', true);
    case 'rfc3339':
      return parseRfc3339(text);
    case 'iso-utc':
      return /[Z+]|-\d{2}:/.test(text) ? undefined : parseRfc3339(`${text}Z`);
    default: {
      const standard = unit === 'http-date' ? text : text.replace(/^(\w{3}) (.*) UTC$/, '$1, $2 GMT');
      const date = new Date(standard);
      // Of all that Date reads, only what it would write is a time here.
      return Number.isNaN(date.getTime()) || formatTime(date.getTime() / 1000, unit) !== text
        ? undefined
        : date.getTime() / 1000;
    }
  }
}

/** Writes unix seconds. */
export function formatTime(seconds: number, unit: TimeUnit): string {
  if (unit === 'seconds') return String(seconds);
  if (unit === 'milliseconds' || unit === 'unix') return String(seconds * 1000);
  const date = new Date(seconds * 1000);
  if (unit === 'http-date') return date.toUTCString();
  if (unit === 'utc-date') return date.toUTCString().replace(',', '').replace('GMT', 'UTC');
  const iso = date.toISOString().replace('.000Z', 'Z');
  return unit === 'rfc3339' ? iso : iso.replace('Z', '');
}

function parseRfc3339(text: string): number | undefined {
  const [, day, time, sign, hours = '0', minutes = '0'] = RFC3339.exec(text) ?? [];
  if (day === undefined || time === undefined) return undefined;
  const utc = Date.parse(`${day}T${time}Z`);
  // Date.parse reads the 30th of February as a day in March.
  if (Number.isNaN(utc) || !new Date(utc).toISOString().startsWith(`${day}T${time}`)) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60;
  return utc / 1000 - (sign === '-' ? -offset : offset);
}
