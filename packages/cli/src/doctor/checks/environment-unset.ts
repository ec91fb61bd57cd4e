import { withOther } from '../env-files.ts';
import type { Check, Found } from '../finding.ts';

/** Guards that could tell live from sandbox, and were not told which they are. */
export const environmentUnset: Check = {
  id: 'environment-unset',
  answers: ['FinConnect: separate sandbox and production; mixing them is the risk'],
  run({ guards, env }) {
    // A project of one environment cannot mix two up.
    const roles = withOther(env).map(({ role }) => role);
    const both = roles.includes('production') && roles.includes('development');
    return guards
      .filter(({ receives, open, values }) => receives && !open && !values.has('environment'))
      .flatMap(({ source, line, provider, values }): readonly Found[] => {
        const asks = values.has('confirm');
        if (!asks && (provider?.environment === undefined || !both)) return [];
        return [
          {
            level: asks ? 'error' : 'warning',
            file: source.path,
            line,
            what: asks
              ? 'the guard asks the provider back, and does not say which system'
              : `${provider?.name} marks its test deliveries, and the guard does not say which it wants`,
            remedy: 'Give environment: "live" or "sandbox", from a variable of each environment.',
          },
        ];
      });
  },
};
