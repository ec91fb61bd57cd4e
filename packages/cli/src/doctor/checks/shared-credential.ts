import { withOther } from '../env-files.ts';
import type { Check, Found } from '../finding.ts';
import { folderOf } from '../places.ts';
import { isRealSecretValue, isSecretName } from '../secret-shapes.ts';

/** One credential for production and for something else. */
export const sharedCredential: Check = {
  id: 'shared-credential',
  answers: [
    'FinConnect: separate credentials for sandbox and production; mixing them is the risk',
    'Pagamio: different tokens for different environments',
    'LiasonPay: different keys for development, staging, production',
  ],
  run({ env }) {
    const secrets = withOther(env).flatMap(({ path, role, entries }) =>
      entries
        .filter(({ name, value }) => isSecretName(name) && isRealSecretValue(value))
        .map((entry) => ({ ...entry, path, role })),
    );
    return secrets
      .filter(({ role }) => role === 'production')
      .flatMap((live): readonly Found[] => {
        const other = secrets.find(
          ({ role, value, path }) =>
            role === 'development' && value === live.value && folderOf(path) === folderOf(live.path),
        );
        if (other === undefined) return [];
        return [
          {
            level: 'error',
            file: live.path,
            line: live.line,
            what: `${live.name} has the value of ${other.name} in ${other.path}`,
            remedy: 'Make a credential of its own for each environment: who has the laptop’s has production’s.',
          },
        ];
      });
  },
};
