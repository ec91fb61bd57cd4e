import type { Check, Found } from '../finding.ts';
import { firstSecret } from './env-file-in-git.ts';

// `!.env.example` alone would ignore .env.sandbox.example.
const REMEDY = 'Add .env and .env.* to .gitignore, and !.env*.example after them.';

/** Environment files that the next `git add .` would commit. */
export const envFileNotIgnored: Check = {
  id: 'env-file-not-ignored',
  answers: ['FinConnect: add .env to .gitignore', 'Pagamio: do not commit tokens to version control'],
  run({ git, env, guards, paths }) {
    if ('skipped' in git) return { skipped: git.skipped };
    const there = env.filter(
      ({ path, role }) => role !== 'template' && !git.tracked.has(path) && !git.ignored.has(path),
    );
    const found = there.flatMap((file): readonly Found[] => {
      const line = file.given ? undefined : firstSecret(file);
      return line === undefined
        ? []
        : [
            {
              level: 'error',
              file: file.path,
              line,
              what: 'git does not ignore this environment file, which holds secrets',
              remedy: REMEDY,
            },
          ];
    });
    // Nothing to lose yet; but a project that takes webhooks will have such a file.
    const takes = guards.some(({ receives }) => receives);
    if (found.length > 0 || !takes || git.ignored.has('.env') || git.tracked.has('.env')) return found;
    return [
      {
        level: 'warning',
        file: '.gitignore',
        ...(paths.includes('.gitignore') && { line: 1 }),
        what: 'git would not ignore .env',
        remedy: REMEDY,
      },
    ];
  },
};
