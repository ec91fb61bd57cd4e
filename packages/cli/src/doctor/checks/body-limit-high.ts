import type { Check, Found } from '../finding.ts';
import { lineOf } from '../syntax.ts';
import { numberOf } from '../values.ts';

const HIGH = 10 * 1024 * 1024;

/** Bodies that may be longer than any webhook. */
export const bodyLimitHigh: Check = {
  id: 'body-limit-high',
  answers: ['Pagamio: validate all input', 'LiasonPay: validate all input'],
  run({ guards }) {
    return guards.flatMap(({ source, values, provider }): readonly Found[] => {
      const node = values.get('maxBodyBytes');
      const bytes = numberOf(source.program, node);
      if (node === undefined || bytes === undefined || bytes <= Math.max(HIGH, provider?.maxBodyBytes ?? 0)) return [];
      return [
        {
          level: 'warning',
          file: source.path,
          line: lineOf(node),
          what: `maxBodyBytes is ${Math.round(bytes / 1_048_576)} MiB: whoever knows the address can have that much held`,
          remedy: 'Leave it out: the default is the provider’s, 1 MiB for most.',
        },
      ];
    });
  },
};
