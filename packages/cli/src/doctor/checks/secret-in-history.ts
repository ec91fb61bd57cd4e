import type { Check } from '../finding.ts';

/** Secrets that were once committed. */
export const secretInHistory: Check = {
  id: 'secret-in-history',
  answers: ['FinConnect: never commit credentials', 'Pagamio: do not commit tokens to version control'],
  run({ git }) {
    if ('skipped' in git) return { skipped: git.skipped };
    const { hits, bounded } = git.history;
    if (hits.length === 0 && bounded !== undefined) return { skipped: bounded };
    return hits.map(({ file, commit, what }) => ({
      level: 'error',
      file,
      commit,
      what: `git’s history holds ${what}`,
      remedy:
        'Revoke it at the provider and make another: whoever has a clone has it. Removing it from the history comes second.',
    }));
  },
};
