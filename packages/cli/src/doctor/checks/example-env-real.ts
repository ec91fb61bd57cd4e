import type { Check } from '../finding.ts';
import { findKeyShape, isSecretName, looksReal } from '../secret-shapes.ts';

/** Templates of environment files with values that nobody made up. */
export const exampleEnvReal: Check = {
  id: 'example-env-real',
  answers: ['FinConnect: never hardcode credentials', 'Pagamio: do not commit tokens to version control'],
  run({ env }) {
    return env
      .filter(({ role }) => role === 'template')
      .flatMap(({ path, entries }) =>
        entries
          .filter(({ name, value }) => findKeyShape(value) !== undefined || (isSecretName(name) && looksReal(value)))
          .map(({ name, line }) => ({
            level: 'error' as const,
            file: path,
            line,
            what: `${name} looks like a real value in a file that is meant to be copied`,
            remedy: 'Write a placeholder (your_webhook_secret), and replace the value at the provider.',
          })),
      );
  },
};
