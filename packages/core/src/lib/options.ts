import { ConfigurationError } from './errors.ts';

/** Refuses keys nobody reads, with the spelling that was probably meant: a misspelt `toleranceSecond` must not silently mean the default. */
export function refuseUnknownOptions(value: unknown, known: readonly string[], where: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigurationError('invalid-option', where, 'give an object of options.');
  }
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const meant = nearest(key, known);
    const remedy = meant === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean \`${meant}\`?`;
    throw new ConfigurationError('unknown-option', `${where}.${key}`, `there is no such option. ${remedy}`);
  }
}

/** A limit: a positive whole number, or the default where the option is absent. `unit` is part of the message. */
export function positiveInteger(
  value: unknown,
  option: string,
  unit: string,
  fallback: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1 || value > most) {
    const ceiling = most === Number.MAX_SAFE_INTEGER ? '' : `, at most ${most}`;
    throw new ConfigurationError('invalid-limit', option, `give a positive whole number of ${unit}${ceiling}.`);
  }
  return value;
}

/** A function, or nothing. */
export function optionalFunction(value: unknown, option: string): void {
  if (value !== undefined && typeof value !== 'function') {
    throw new ConfigurationError('invalid-option', option, 'give a function.');
  }
}

/** A name that may stand in keys, logs and metrics: letters, digits and `. _ - : /`, 1 to 128 characters. */
export function plainName(value: unknown, option: string): string {
  if (typeof value !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/.test(value)) {
    throw new ConfigurationError(
      'invalid-option',
      option,
      'give a name of 1 to 128 letters, digits and . _ - : / that starts with a letter or digit.',
    );
  }
  return value;
}

function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
