/** How many questions keys may cost under which nothing genuine came yet: so many at once, and so many more each second. */
export const STRANGERS = { atOnce: 100, perSecond: 10 } as const;

/** What is said of a question that is not asked for want of it: so it is told from trouble of our own. */
export const SPENT = 'too many requests named tenants of whom nothing genuine ever came: nobody is asked now';

/** What strangers may cost, over all of them. */
export interface Allowance {
  /** Takes one; false where none is left. */
  take(): boolean;
  /** Gives one back. */
  giveBack(): void;
}

/** Makes an allowance that fills up by the clock. One that gives no number fills nothing. */
export function createAllowance(clock: () => number): Allowance {
  let left: number = STRANGERS.atOnce;
  let at: number | undefined;
  return {
    take() {
      const now = clock();
      at ??= now;
      const earned = Math.floor(((now - at) / 1000) * STRANGERS.perSecond);
      if (earned > 0) {
        left = Math.min(STRANGERS.atOnce, left + earned);
        at = now;
      } else if (now < at) at = now;
      if (left < 1) return false;
      left--;
      return true;
    },
    giveBack() {
      left = Math.min(STRANGERS.atOnce, left + 1);
    },
  };
}
