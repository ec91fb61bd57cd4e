import { withOther } from '../env-files.ts';
import type { Check, Found } from '../finding.ts';
import { findKeyShape } from '../secret-shapes.ts';

/** Keys whose spelling says that they belong to the other system. */
export const wrongEnvironmentKey: Check = {
  id: 'wrong-environment-key',
  answers: [
    'FinConnect: separate credentials for sandbox and production; mixing them is the risk',
    'Pagamio: different tokens for different environments',
  ],
  run({ env }) {
    return withOther(env).flatMap(({ path, role, entries }) =>
      entries.flatMap(({ name, value, line }): readonly Found[] => {
        const live = findKeyShape(value)?.live;
        if (role === 'development' && live === true)
          return [
            {
              level: 'error',
              file: path,
              line,
              what: `${name} is a live key in a file that is not for production`,
              remedy: 'Put the test key there, and replace the live one: it has been on a developer’s machine.',
            },
          ];
        if (role === 'production' && live === false)
          return [
            {
              level: 'warning',
              file: path,
              line,
              what: `${name} is a test key in a file for production`,
              remedy: 'Put the live key there: payments of the test system are not money.',
            },
          ];
        return [];
      }),
    );
  },
};
