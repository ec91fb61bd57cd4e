import type { EnvFile } from '../env-files.ts';
import type { Check } from '../finding.ts';
import { findKeyShape, isRealSecretValue, isSecretName } from '../secret-shapes.ts';

/** Environment files with secrets that are committed. */
export const envFileInGit: Check = {
  id: 'env-file-in-git',
  answers: ['FinConnect: add .env to .gitignore', 'FinConnect: .env files are not in git'],
  run({ git, env }) {
    if ('skipped' in git) return { skipped: git.skipped };
    return env
      .filter((file) => git.tracked.has(file.path) && file.role !== 'template')
      .flatMap((file) => {
        const line = firstSecret(file);
        // A committed .env with ports and defaults is how some frameworks want it.
        return line === undefined
          ? []
          : [
              {
                level: 'error' as const,
                file: file.path,
                line,
                what: 'an environment file with secrets is committed',
                remedy: `Run git rm --cached ${file.path}, add it to .gitignore, and replace its secrets: the history keeps them.`,
              },
            ];
      });
  },
};

/** The line of the first value that must stay secret. */
export function firstSecret({ entries }: EnvFile): number | undefined {
  return entries.find(
    ({ name, value }) =>
      (isSecretName(name) && isRealSecretValue(value)) || findKeyShape(`${name}=${value}`) !== undefined,
  )?.line;
}
