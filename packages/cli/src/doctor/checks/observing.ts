import type { Check } from '../finding.ts';
import { lineOf } from '../syntax.ts';
import { readOptions } from '../values.ts';
import { momentOf } from '../values.ts';

/** Guards that refuse nothing yet. */
export const observing: Check = {
  id: 'observing',
  answers: ['LiasonPay: always verify signatures'],
  run({ guards, now }) {
    return guards
      .filter(({ receives, values }) => receives && values.has('observe'))
      .map(({ source, line, values }) => {
        const node = values.get('observe');
        const until = momentOf(source.program, readOptions(source.program, node).values.get('until'));
        const over = until !== undefined && until <= now;
        return {
          level: 'note',
          file: source.path,
          line: node === undefined ? line : lineOf(node),
          what: over
            ? 'observe has ended, and the guard enforces'
            : 'the guard observes: what it would refuse is let through',
          remedy: over
            ? 'Take observe out.'
            : 'Look at the records with enforced: false, and take observe out when they are forgeries alone.',
        };
      });
  },
};
