import { createStoreCase, type StoreCase } from './store-case.ts';
import { KEEPING_CASES } from './store-cases/keeping.ts';
import { LATE_CASES } from './store-cases/late-retries.ts';
import { LEASE_CASES } from './store-cases/leases.ts';
import { RACE_CASES } from './store-cases/races.ts';
import { SETTLING_CASES } from './store-cases/settling.ts';

const THEMES = {
  races: RACE_CASES,
  leases: LEASE_CASES,
  'completing and releasing': SETTLING_CASES,
  'late retries': LATE_CASES,
  keeping: KEEPING_CASES,
};

/**
 * What a claim store has to do, whatever it is built on. Each case opens the store anew, has keys of its own, and knows no test runner:
 * `for (const { title, run } of storeCases) test(title, () => run(open))`.
 */
export const storeCases: readonly StoreCase[] = Object.freeze(
  Object.entries(THEMES).flatMap(([theme, scripts]) => scripts.map((script) => createStoreCase(theme, script))),
);
