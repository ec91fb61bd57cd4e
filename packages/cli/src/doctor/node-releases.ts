/**
 * The last day of each line of Node.js, as published.
 *
 * @see https://github.com/nodejs/Release#release-schedule read 2026-11-27
 */
const LAST_DAYS: Readonly<Record<number, string>> = {
  16: '2023-09-11',
  17: '2022-06-01',
  18: '2025-04-30',
  19: '2023-06-01',
  20: '2026-04-30',
  21: '2024-06-01',
  22: '2027-04-30',
  23: '2025-06-01',
  24: '2028-04-30',
  25: '2026-06-01',
  26: '2029-04-30',
};

/** When a line of Node.js ended; nothing while it lives, or where it is newer than the table. */
export function endOfNode(major: number, now: number): string | undefined {
  if (major < 16) return '2023 or before';
  const last = LAST_DAYS[major];
  return last !== undefined && now > Date.parse(`${last}T23:59:59Z`) ? last : undefined;
}

/**
 * The major versions that a range names; empty where it is open upwards (`>=20`), and so takes a newer Node as well,
 * or where it is written in another way.
 */
export function majorsOf(range: string): readonly number[] {
  if (/[>*]|latest|current|lts|node/i.test(range)) return [];
  const majors = range.split('||').map((part) => /^\s*[\^~=v]*(\d{1,3})(?![\d])/.exec(part)?.[1]);
  return majors.every((major) => major !== undefined) ? majors.map(Number) : [];
}
