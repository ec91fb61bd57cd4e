/**
 * Merges the way much code does, without a thought for `__proto__`: with a poisoned source it changes every object there is.
 *
 * The handlers of the wire tool do this to what `delivery.json()` gives them, so that poisoned bodies would show.
 */
export function mergeCarelessly(target: Record<string, unknown>, source: unknown): void {
  if (typeof source !== 'object' || source === null) return;
  for (const [key, value] of Object.entries(source)) {
    const known = target[key];
    if (typeof value === 'object' && value !== null && typeof known === 'object' && known !== null)
      mergeCarelessly(known as Record<string, unknown>, value);
    else target[key] = value;
  }
}
