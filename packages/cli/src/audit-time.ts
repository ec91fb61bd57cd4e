import { Misuse } from './misuse.ts';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * A moment, milliseconds since 1970: `30m`, `2h`, `7d` or `2w` before now; ISO 8601, with its zone, or a day (its beginning, UTC).
 *
 * @throws Misuse for anything else
 */
export function readMoment(option: string, text: string, now: number): number {
  const [, amount, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (amount !== undefined) return now - Number(amount) * (UNITS[unit] ?? Number.NaN);
  const iso = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const moment = Date.parse(iso ? text : '');
  // Date.parse moves 31 November to December: whoever mistypes a day must be told.
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(moment) || Number.isNaN(day.getTime()) || !day.toISOString().startsWith(text.slice(0, 10)))
    throw new Misuse(
      `${option}: give 30m, 2h, 7d or 2w (before now), a day (2026-01-31, UTC), or ISO 8601 with its zone (2026-01-31T12:00:00Z).`,
    );
  return moment;
}
