import type { Check, Found } from '../finding.ts';
import { isTestPath } from '../places.ts';
import { lineOf, nameOfNode, nodeAt } from '../syntax.ts';
import { momentOf } from '../values.ts';

const SOON_MS = 14 * 86_400_000;

/** Secrets that have ended, or are about to. */
export const secretExpiry: Check = {
  id: 'secret-expiry',
  answers: ['LiasonPay: rotate every 90 days; revoke old keys', 'FinCode: plan for rotation, set reminders'],
  run({ guards, now }) {
    const sources = new Set(guards.map(({ source }) => source));
    return [...sources].flatMap(({ path, program }) =>
      program.nodes.flatMap((node): readonly Found[] => {
        if (node.type !== 'ObjectProperty' || nameOfNode(nodeAt(node, 'key')) !== 'notAfter' || isTestPath(path))
          return [];
        const moment = momentOf(program, nodeAt(node, 'value'));
        if (moment === undefined || moment > now + SOON_MS) return [];
        const past = moment <= now;
        return [
          {
            level: 'warning',
            file: path,
            line: lineOf(node),
            what: past ? 'notAfter is past: this secret verifies nothing' : 'notAfter is less than 14 days away',
            remedy: past
              ? 'Take the entry out, and revoke it at the provider.'
              : 'Add the next secret now, and have the provider sign with it before that day.',
          },
        ];
      }),
    );
  },
};
