const YEAR_MS = 365 * 86_400_000;

/** True for a list that was read on a day more than a year before. A clock that gives no number makes nothing old. */
export function isOutdated(asOf: string, nowMs: number): boolean {
  return nowMs - Date.parse(asOf) > YEAR_MS;
}
